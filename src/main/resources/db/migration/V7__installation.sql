-- Foundries that can be targeted, and every manifest they ever reported.

create table foundry_installations (
    id                     text primary key check (id ~ '^inst_'),
    -- Which it serves: one project, or all projects of an organization.
    project_id             text,
    organization_id        text references organizations,
    -- The owning organization, in both cases. Every query names it.
    owning_organization_id text not null references organizations,
    name                   text not null check (length(name) between 1 and 200),
    foundry_version        text,
    connection_type        text not null check (connection_type in ('runner_pull', 'cli_bridge', 'manual')),
    last_seen_at           timestamptz,
    -- A projection for queries. The bytes that were digested are in installation_manifests.
    capability_manifest    jsonb,
    manifest_digest        text check (manifest_digest ~ '^sha256:[0-9a-f]{64}$'),
    status                 text not null check (status in ('active', 'stale', 'incompatible', 'retired')),
    created_at             timestamptz not null default alloy_now(),
    created_by             text not null,
    version                integer not null default 0,
    unique (owning_organization_id, id),
    foreign key (owning_organization_id, project_id) references projects (organization_id, id),
    check (num_nonnulls(project_id, organization_id) = 1),
    check (organization_id is null or organization_id = owning_organization_id)
);
create index foundry_installations_by_owner on foundry_installations (owning_organization_id, created_at desc, id desc);

create table installation_manifests (
    organization_id   text not null,
    installation_id   text not null,
    digest            text not null check (digest ~ '^sha256:[0-9a-f]{64}$'),
    schema_version    text not null,
    foundry_version   text not null,
    content           bytea not null,
    reported_by       text not null,
    first_reported_at timestamptz not null default alloy_now(),
    last_reported_at  timestamptz not null default alloy_now(),
    primary key (installation_id, digest),
    foreign key (organization_id, installation_id) references foundry_installations (owning_organization_id, id),
    check (digest = 'sha256:' || encode(sha256(content), 'hex'))
);

create trigger installation_manifests_are_immutable
    before update of organization_id, installation_id, digest, schema_version, foundry_version, content, first_reported_at
    on installation_manifests for each row execute function refuse_change();
create trigger installation_manifests_are_kept before delete on installation_manifests
    for each row execute function refuse_change();
create trigger installation_manifests_stay before truncate on installation_manifests
    for each statement execute function refuse_change();

-- Whether an installation knows a throttle is decided by what it reports now: Foundry treats a mode that it does not know as the widest.
create function lists_throttle(installation text, manifest text, throttle text) returns boolean language sql stable as $$
    select coalesce((
        select convert_from(m.content, 'UTF8')::jsonb -> 'supported_throttle_modes' ? throttle
        from installation_manifests m where m.installation_id = installation and m.digest = manifest), false)
$$;
