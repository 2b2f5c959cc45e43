-- People who signed in to the console. The cookie's secret is stored as its SHA-256, like every other; a session holds only as long as
-- the access token that it was opened with.
create table console_sessions (
    id              text primary key check (id ~ '^ses_'),
    organization_id text references organizations,
    access_token_id text not null references access_tokens,
    name            text not null check (length(name) between 1 and 200),
    secret_hash     bytea not null unique check (length(secret_hash) = 32),
    created_at      timestamptz not null default alloy_now(),
    last_used_at    timestamptz not null default alloy_now(),
    expires_at      timestamptz not null,
    ended_at        timestamptz,
    ended_by        text,
    check ((ended_at is null) = (ended_by is null)),
    check (expires_at > created_at)
);
create index console_sessions_by_organization on console_sessions (organization_id, created_at desc, id desc);
create index console_sessions_by_token on console_sessions (access_token_id);
