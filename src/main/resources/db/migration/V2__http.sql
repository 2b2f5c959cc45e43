-- Answers to requests with an Idempotency-Key, kept so that a retry gets the same answer.

create table kept_answers (
    owner           text not null,
    idempotency_key text not null,
    fingerprint     text not null,
    status          integer not null check (status between 200 and 299),
    location        text,
    etag            text,
    body            bytea not null,
    created_at      timestamptz not null default alloy_now(),
    primary key (owner, idempotency_key)
);
