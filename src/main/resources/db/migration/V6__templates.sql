-- Templates: parts of an intent with parameters. The template moves on; every version of its content stays.

create table brief_templates (
    id              text primary key check (id ~ '^tmpl_'),
    organization_id text not null references organizations,
    name            text not null check (length(name) between 1 and 200),
    -- The newest version of its content.
    ordinal         integer not null check (ordinal > 0),
    created_by      text not null,
    created_at      timestamptz not null default alloy_now(),
    changed_by      text not null,
    changed_at      timestamptz not null default alloy_now(),
    version         integer not null default 0,
    unique (organization_id, id)
);
create index brief_templates_by_organization on brief_templates (organization_id, created_at desc, id desc);

create table brief_template_versions (
    organization_id   text not null,
    brief_template_id text not null,
    ordinal           integer not null check (ordinal > 0),
    content           bytea not null,
    digest            text not null,
    created_by        text not null,
    created_at        timestamptz not null default alloy_now(),
    primary key (brief_template_id, ordinal),
    unique (organization_id, brief_template_id, ordinal),
    foreign key (organization_id, brief_template_id) references brief_templates (organization_id, id),
    check (digest = 'sha256:' || encode(sha256(content), 'hex'))
);
create trigger brief_template_versions_are_immutable before update or delete on brief_template_versions
    for each row execute function refuse_change();
create trigger brief_template_versions_stay before truncate on brief_template_versions
    for each statement execute function refuse_change();

alter table formation_brief_compilations
    add column template_version integer,
    add column template_parameters json,
    add foreign key (organization_id, brief_template_id, template_version)
        references brief_template_versions (organization_id, brief_template_id, ordinal),
    add check ((brief_template_id is null) = (template_version is null)),
    add check ((brief_template_id is null) = (template_parameters is null));
