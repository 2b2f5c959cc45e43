-- Tenants, and the credentials and sessions of people. Source: access.md.

create table organizations (
    id         text primary key check (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name       text not null check (length(name) between 1 and 200),
    created_at timestamptz not null default alloy_now(),
    created_by text not null
);

-- The audit log lies below this module, so its key stands here.
alter table audit_events add foreign key (organization_id) references organizations;

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
    -- Only the bootstrap token belongs to no organization.
    check ((kind = 'bootstrap') = (organization_id is null))
);
create index access_tokens_by_organization on access_tokens (organization_id, created_at desc, id desc);

create trigger revoked_tokens_stay_revoked before update of revoked_at on access_tokens for each row
    when (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) execute function refuse_restoring();

-- People who signed in to the console. The cookie's secret is stored as its SHA-256, like every other secret. A session lasts no longer
-- than the access token that opened it.
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
