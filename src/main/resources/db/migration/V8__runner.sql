-- Runners, and the tokens that they register themselves with. Source: access.md, “Principals”.

create table alloy_runners (
    id                         text primary key check (id ~ '^runner_'),
    organization_id            text not null references organizations,
    name                       text not null check (length(name) between 1 and 200),
    runner_key_hash            bytea not null check (length(runner_key_hash) = 32),
    previous_key_hash          bytea check (length(previous_key_hash) = 32),
    previous_key_expires_at    timestamptz,
    key_expires_at             timestamptz,
    key_last_used_at           timestamptz,
    allowed_projects           text[] not null,
    trusted_projects           text[] not null default '{}',
    installation_ids           text[] not null,
    -- For an installation that a runner named itself it may only repeat the manifest that is there, until a person has confirmed it.
    confirmed_installation_ids text[] not null default '{}',
    supported_schema_versions  text[] not null,
    max_concurrency            integer not null check (max_concurrency between 1 and 1000),
    status                     text not null check (status in ('registered', 'online', 'offline', 'draining', 'revoked')),
    last_poll_at               timestamptz,
    last_heartbeat_at          timestamptz,
    registered_by              text not null,
    registered_at              timestamptz not null default alloy_now(),
    version                    integer not null default 0,
    unique (organization_id, id),
    check (trusted_projects <@ allowed_projects),
    check (confirmed_installation_ids <@ installation_ids),
    check ((previous_key_hash is null) = (previous_key_expires_at is null))
);
create index alloy_runners_by_organization on alloy_runners (organization_id, registered_at desc, id desc);

create trigger revoked_runners_stay_revoked before update of status on alloy_runners for each row
    when (old.status = 'revoked' and new.status <> 'revoked') execute function refuse_restoring();

-- A token registers one runner, once, and lives for a short time.
create table registration_tokens (
    id               text primary key check (id ~ '^regtok_'),
    organization_id  text not null references organizations,
    -- The most that a runner may ask for which registers with it.
    allowed_projects text[] not null,
    -- Null lets the runner choose, among the installations that its projects can target.
    installation_ids text[],
    max_concurrency  integer not null check (max_concurrency between 1 and 1000),
    token_hash       bytea not null unique check (length(token_hash) = 32),
    created_by       text not null,
    created_at       timestamptz not null default alloy_now(),
    expires_at       timestamptz not null,
    used_at          timestamptz,
    runner_id        text,
    revoked_at       timestamptz,
    revoked_by       text,
    unique (runner_id),
    -- Looked at when the transaction ends: the token is used before the runner's row is written.
    foreign key (organization_id, runner_id) references alloy_runners (organization_id, id) deferrable initially deferred,
    check ((used_at is null) = (runner_id is null)),
    check ((revoked_at is null) = (revoked_by is null)),
    check (used_at is null or revoked_at is null or revoked_at >= used_at)
);
create index registration_tokens_by_organization on registration_tokens (organization_id, created_at desc, id desc);

create function use_registration_token_once() returns trigger language plpgsql as $$
begin
    raise exception 'registration token % was used', old.id using errcode = 'integrity_constraint_violation';
end $$;
create trigger registration_tokens_are_used_once before update on registration_tokens for each row
    when (old.used_at is not null and (old.used_at, old.runner_id) is distinct from (new.used_at, new.runner_id)
          or old.revoked_at is not null and old.used_at is null and new.used_at is not null)
    execute function use_registration_token_once();
create trigger revoked_registrations_stay_revoked before update of revoked_at on registration_tokens for each row
    when (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) execute function refuse_restoring();
