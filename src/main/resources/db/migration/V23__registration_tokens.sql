-- Runners register themselves with a token that is good once and for a short time. Source: access.md, “Principals”.

create table registration_tokens (
    id               text primary key check (id ~ '^regtok_'),
    organization_id  text not null references organizations,
    -- What a runner that comes with it may ask for at most.
    allowed_projects text[] not null,
    installation_ids text[] not null,
    max_concurrency  integer not null check (max_concurrency between 1 and 1000),
    token_hash       bytea not null unique check (length(token_hash) = 32),
    created_by       text not null,
    created_at       timestamptz not null default alloy_now(),
    expires_at       timestamptz not null,
    used_at          timestamptz,
    runner_id        text,
    revoked_at       timestamptz,
    revoked_by       text,
    check ((used_at is null) = (runner_id is null)),
    check ((revoked_at is null) = (revoked_by is null)),
    check (used_at is null or revoked_at is null or revoked_at >= used_at),
    unique (runner_id),
    foreign key (organization_id, runner_id) references alloy_runners (organization_id, id) deferrable initially deferred
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

-- What was revoked stays so.
create function refuse_restoring() returns trigger language plpgsql as $$
begin
    raise exception '% was revoked', old.id using errcode = 'integrity_constraint_violation';
end $$;
create trigger revoked_tokens_stay_revoked before update of revoked_at on access_tokens for each row
    when (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) execute function refuse_restoring();
create trigger revoked_registrations_stay_revoked before update of revoked_at on registration_tokens for each row
    when (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) execute function refuse_restoring();
create trigger revoked_runners_stay_revoked before update of status on alloy_runners for each row
    when (old.status = 'revoked' and new.status <> 'revoked') execute function refuse_restoring();

-- Keys may end by themselves, and tell when they were last used.
alter table alloy_runners
    add column key_expires_at timestamptz,
    add column key_last_used_at timestamptz;

alter table audit_events drop constraint audit_events_actor_type_check;
alter table audit_events add constraint audit_events_actor_type_check
    check (actor_type in ('person', 'runner', 'registration', 'callback', 'system', 'anonymous'));
