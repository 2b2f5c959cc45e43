-- Time, tenants, credentials, the audit log and kept answers.

-- Every instant in this schema comes from alloy_now(), so that replicas with skewed clocks agree about leases. Tests move it
-- by the one row of test_clock; writing that row needs a session setting that the service never makes.
create table test_clock (
    id           boolean primary key default true check (id),
    clock_offset interval not null
);

create function refuse_test_clock() returns trigger language plpgsql as $$
begin
    if coalesce(current_setting('alloy.test_clock', true), '') <> 'on' then
        raise exception 'test_clock may only be moved by tests (set alloy.test_clock = on)';
    end if;
    return null;
end $$;

create trigger test_clock_is_for_tests before insert or update or delete or truncate on test_clock
    for each statement execute function refuse_test_clock();

create function alloy_now() returns timestamptz language sql stable as $$
    select clock_timestamp() + coalesce((select clock_offset from test_clock), interval '0')
$$;

-- What is immutable is refused here, whoever asks.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% of % is refused: it is immutable', tg_op, tg_table_name using errcode = 'integrity_constraint_violation';
end $$;

create table organizations (
    id         text primary key check (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name       text not null check (length(name) between 1 and 200),
    created_at timestamptz not null default alloy_now(),
    created_by text not null
);

create table projects (
    id                  text primary key check (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    organization_id     text not null references organizations,
    name                text not null check (length(name) between 1 and 200),
    repo_path           text,
    repo_default_branch text,
    four_eyes           boolean not null default true,
    created_at          timestamptz not null default alloy_now(),
    created_by          text not null,
    version             integer not null default 0,
    unique (organization_id, id)
);

create table access_tokens (
    id              text primary key check (id ~ '^tok_'),
    organization_id text references organizations,
    kind            text not null check (kind in ('bootstrap', 'person')),
    name            text not null check (length(name) between 1 and 200),
    authorities     text[] not null,
    project_ids     text[],
    token_hash      bytea not null unique check (length(token_hash) = 32),
    created_by      text not null,
    created_at      timestamptz not null default alloy_now(),
    expires_at      timestamptz,
    last_used_at    timestamptz,
    revoked_at      timestamptz,
    revoked_by      text,
    -- Only the bootstrap token belongs to nobody.
    check ((kind = 'bootstrap') = (organization_id is null))
);
create index access_tokens_by_organization on access_tokens (organization_id, created_at desc, id desc);

create table audit_events (
    id              bigint generated always as identity primary key,
    occurred_at     timestamptz not null default alloy_now(),
    organization_id text references organizations,
    project_id      text,
    actor_type      text not null check (actor_type in ('person', 'runner', 'callback', 'system', 'anonymous')),
    actor_name      text not null,
    credential_id   text,
    remote_address  text,
    type            text not null,
    target_type     text not null,
    target_id       text not null,
    before_digest   text,
    after_digest    text,
    correlation_id  text,
    detail          jsonb not null default '{}'
);
create index audit_events_by_target on audit_events (target_type, target_id, id);
create index audit_events_by_organization on audit_events (organization_id, id);

create trigger audit_events_are_immutable before update or delete on audit_events
    for each row execute function refuse_change();
create trigger audit_events_are_kept before truncate on audit_events
    for each statement execute function refuse_change();

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
