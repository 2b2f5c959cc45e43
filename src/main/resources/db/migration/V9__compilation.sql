-- Templates, what the compiler made of intents, and approvals of it. Source: domain.md, compiler.md, access.md.

-- A template holds parts of an intent, with parameters. It moves on, and every version of its content stays.
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

-- Briefs, stored as the bytes that were digested.
create table formation_brief_compilations (
    id                     text primary key check (id ~ '^brief_'),
    organization_id        text not null,
    project_id             text not null,
    -- The template it was made of, if any, and with which parameters.
    brief_template_id      text,
    template_version       integer,
    template_parameters    json,
    -- Counts the compilations of a project, from 1.
    ordinal                integer not null check (ordinal > 0),
    source_intent_snapshot bytea not null,
    source_intent_digest   text not null,
    compiled_payload       bytea not null,
    compiler_version       text not null,
    schema_version         text not null,
    digest                 text not null,
    status                 text not null check (status in ('compiled', 'approved', 'archived', 'rejected')),
    installation_id        text not null,
    -- How the installation was reached, and what it reported, when the brief was compiled for it.
    connection_type        text not null check (connection_type in ('runner_pull', 'cli_bridge', 'manual')),
    manifest_digest        text not null,
    target                 json not null,
    report                 json not null,
    repo_path              text not null,
    repo_revision          text not null check (repo_revision ~ '^[0-9a-f]{4,64}$'),
    branch                 text not null,
    entry_event            text not null,
    throttle               text not null check (throttle in ('dry_run', 'audit_only', 'full')),
    effect                 text not null check (effect in ('read_only', 'mutating')),
    created_by             text not null,
    created_at             timestamptz not null default alloy_now(),
    approved_by            text,
    approved_at            timestamptz,
    -- Who rejected or archived it, and why.
    closed_by              text,
    closed_at              timestamptz,
    closing_reason         text,
    version                integer not null default 0,
    unique (project_id, ordinal),
    unique (organization_id, project_id, id),
    foreign key (organization_id, project_id) references projects (organization_id, id),
    foreign key (organization_id, brief_template_id, template_version)
        references brief_template_versions (organization_id, brief_template_id, ordinal),
    foreign key (organization_id, installation_id) references foundry_installations (owning_organization_id, id),
    foreign key (installation_id, manifest_digest) references installation_manifests (installation_id, digest),
    check (digest = 'sha256:' || encode(sha256(compiled_payload), 'hex')),
    check (source_intent_digest = 'sha256:' || encode(sha256(source_intent_snapshot), 'hex')),
    check ((brief_template_id is null) = (template_version is null)),
    check ((brief_template_id is null) = (template_parameters is null)),
    check ((approved_by is null) = (approved_at is null)),
    check ((closed_by is null) = (closed_at is null)),
    check ((status in ('rejected', 'archived')) = (closed_by is not null)),
    -- A rejected brief says why; an archived one may.
    check (status <> 'rejected' or closing_reason is not null),
    check (closing_reason is null or status in ('rejected', 'archived'))
);
create index formation_brief_compilations_by_project on formation_brief_compilations (project_id, created_at desc, id desc);
-- The console finds briefs by what appears on a screen or in a log: a digest, a revision, a branch.
create index formation_brief_compilations_by_digest on formation_brief_compilations (organization_id, digest);
create index formation_brief_compilations_by_revision on formation_brief_compilations (organization_id, repo_revision);
create index formation_brief_compilations_by_branch on formation_brief_compilations (organization_id, branch);

create trigger formation_briefs_are_immutable
    before update on formation_brief_compilations for each row
    when ((old.organization_id, old.project_id, old.brief_template_id, old.template_version, old.template_parameters::text,
           old.ordinal, old.source_intent_snapshot, old.source_intent_digest, old.compiled_payload, old.compiler_version,
           old.schema_version, old.digest, old.installation_id, old.connection_type, old.manifest_digest, old.target::text,
           old.report::text, old.repo_path, old.repo_revision, old.branch, old.entry_event, old.throttle, old.effect,
           old.created_by, old.created_at)
          is distinct from
          (new.organization_id, new.project_id, new.brief_template_id, new.template_version, new.template_parameters::text,
           new.ordinal, new.source_intent_snapshot, new.source_intent_digest, new.compiled_payload, new.compiler_version,
           new.schema_version, new.digest, new.installation_id, new.connection_type, new.manifest_digest, new.target::text,
           new.report::text, new.repo_path, new.repo_revision, new.branch, new.entry_event, new.throttle, new.effect,
           new.created_by, new.created_at))
    execute function refuse_change();
create trigger formation_briefs_are_kept before delete on formation_brief_compilations
    for each row execute function refuse_change();
create trigger formation_briefs_stay before truncate on formation_brief_compilations
    for each statement execute function refuse_change();

create table prompt_pack_compilations (
    id                 text primary key check (id ~ '^prompt_pack_'),
    organization_id    text not null,
    project_id         text not null,
    formation_brief_id text not null,
    -- 1 is the pack the brief was compiled with. Each human edit makes the next.
    ordinal            integer not null check (ordinal > 0),
    template_version   text not null,
    compiler_version   text not null,
    prompts            bytea not null,
    human_edits        jsonb not null default '[]',
    schema_version     text not null,
    digest             text not null,
    created_by         text not null,
    created_at         timestamptz not null default alloy_now(),
    unique (formation_brief_id, ordinal),
    unique (formation_brief_id, id),
    foreign key (organization_id, project_id, formation_brief_id)
        references formation_brief_compilations (organization_id, project_id, id),
    check (digest = 'sha256:' || encode(sha256(prompts), 'hex'))
);

create trigger prompt_packs_are_immutable before update or delete on prompt_pack_compilations
    for each row execute function refuse_change();
create trigger prompt_packs_stay before truncate on prompt_pack_compilations
    for each statement execute function refuse_change();

create table gate_overlays (
    id                 text primary key check (id ~ '^gate_overlay_'),
    organization_id    text not null,
    project_id         text not null,
    formation_brief_id text not null,
    mode               text not null check (mode in ('advisory', 'required_for_dry_run', 'required_for_mutation')),
    schema_version     text not null,
    content            bytea not null,
    digest             text not null,
    status             text not null check (status in ('proposed', 'accepted', 'rejected', 'superseded')),
    created_at         timestamptz not null default alloy_now(),
    approved_by        text,
    approved_at        timestamptz,
    rejected_by        text,
    rejected_at        timestamptz,
    rejection_reason   text,
    version            integer not null default 0,
    unique (formation_brief_id, mode),
    foreign key (organization_id, project_id, formation_brief_id)
        references formation_brief_compilations (organization_id, project_id, id),
    check (digest = 'sha256:' || encode(sha256(content), 'hex')),
    check (num_nonnulls(rejected_by, rejected_at, rejection_reason) in (0, 3)),
    check ((status = 'rejected') = (rejected_by is not null))
);

create trigger gate_overlays_are_immutable
    before update on gate_overlays for each row
    when ((old.organization_id, old.formation_brief_id, old.project_id, old.mode, old.schema_version, old.content, old.digest,
           old.created_at)
          is distinct from
          (new.organization_id, new.formation_brief_id, new.project_id, new.mode, new.schema_version, new.content, new.digest,
           new.created_at))
    execute function refuse_change();
create trigger gate_overlays_are_kept before delete on gate_overlays
    for each row execute function refuse_change();
create trigger gate_overlays_stay before truncate on gate_overlays
    for each statement execute function refuse_change();

create table evidence_definitions (
    id                 text primary key check (id ~ '^evidence_'),
    organization_id    text not null,
    project_id         text not null,
    formation_brief_id text not null,
    ordinal            integer not null,
    key                text not null,
    statement          text not null,
    kind               text not null check (kind in ('automated_test', 'static_check', 'trace', 'human_review')),
    required           boolean not null,
    gate               text,
    capability_ids     text[] not null,
    created_at         timestamptz not null default alloy_now(),
    unique (formation_brief_id, key),
    unique (organization_id, project_id, formation_brief_id, id),
    foreign key (organization_id, project_id, formation_brief_id)
        references formation_brief_compilations (organization_id, project_id, id)
);

create trigger evidence_definitions_are_immutable before update or delete on evidence_definitions
    for each row execute function refuse_change();
create trigger evidence_definitions_stay before truncate on evidence_definitions
    for each statement execute function refuse_change();

-- Whether a brief's target still holds for what its installation reports now: one answer for each brief, manifest and connection.
-- Compiling is a pure function, so an answer never has to be taken back.
create table target_evaluations (
    organization_id    text not null,
    project_id         text not null,
    formation_brief_id text not null,
    manifest_digest    text not null check (manifest_digest ~ '^sha256:[0-9a-f]{64}$'),
    connection_type    text not null check (connection_type in ('runner_pull', 'cli_bridge', 'manual')),
    holds              boolean not null,
    differences        json not null,
    compiler_version   text not null,
    evaluated_at       timestamptz not null default alloy_now(),
    primary key (formation_brief_id, manifest_digest, connection_type),
    foreign key (organization_id, project_id, formation_brief_id)
        references formation_brief_compilations (organization_id, project_id, id)
);

create trigger target_evaluations_are_immutable before update or delete on target_evaluations
    for each row execute function refuse_change();
create trigger target_evaluations_stay before truncate on target_evaluations
    for each statement execute function refuse_change();

-- An approval covers exactly these digests. Editing the pack, or archiving the brief, voids it.
create table approvals (
    id                 text primary key check (id ~ '^appr_'),
    organization_id    text not null,
    project_id         text not null,
    formation_brief_id text not null,
    brief_digest       text not null,
    prompt_pack_id     text not null,
    prompt_pack_digest text not null,
    overlay_digests    text[] not null,
    scope              text not null check (scope in ('dry_run', 'audit_only', 'full', 'commit_push', 'release')),
    repo_revision      text not null check (repo_revision ~ '^[0-9a-f]{4,64}$'),
    drift_policy       text not null check (drift_policy in ('exact', 'any_recorded')),
    branch             text,
    comment            text,
    approved_by        text not null,
    approved_at        timestamptz not null default alloy_now(),
    -- Given above dry_run by an author, which is possible only while the project asks for one person. It counts for nothing once the
    -- project asks for two.
    by_author          boolean not null default false,
    expires_at         timestamptz not null,
    revoked_at         timestamptz,
    revoked_by         text,
    revocation_reason  text,
    voided_at          timestamptz,
    voided_because     text check (voided_because in ('prompt_edited', 'brief_archived')),
    version            integer not null default 0,
    unique (organization_id, project_id, id),
    foreign key (organization_id, project_id, formation_brief_id)
        references formation_brief_compilations (organization_id, project_id, id),
    foreign key (formation_brief_id, prompt_pack_id) references prompt_pack_compilations (formation_brief_id, id),
    check (expires_at > approved_at and expires_at <= approved_at + interval '30 days 1 minute'),
    check ((voided_at is null) = (voided_because is null))
);
create index approvals_by_brief on approvals (formation_brief_id, approved_at desc, id desc);
-- A reviewer's inbox.
create index approvals_by_organization on approvals (organization_id, approved_at desc, id desc);

create trigger approvals_are_immutable
    before update on approvals for each row
    when ((old.organization_id, old.project_id, old.formation_brief_id, old.brief_digest, old.prompt_pack_id,
           old.prompt_pack_digest, old.overlay_digests, old.scope, old.repo_revision, old.drift_policy, old.branch, old.comment,
           old.approved_by, old.approved_at, old.expires_at)
          is distinct from
          (new.organization_id, new.project_id, new.formation_brief_id, new.brief_digest, new.prompt_pack_id,
           new.prompt_pack_digest, new.overlay_digests, new.scope, new.repo_revision, new.drift_policy, new.branch, new.comment,
           new.approved_by, new.approved_at, new.expires_at))
    execute function refuse_change();
create trigger authors_stay_authors before update on approvals for each row
    when (old.by_author is distinct from new.by_author) execute function refuse_change();
create trigger approvals_are_kept before delete on approvals
    for each row execute function refuse_change();
create trigger approvals_stay before truncate on approvals
    for each statement execute function refuse_change();

create function refuse_revival() returns trigger language plpgsql as $$
begin
    raise exception 'an approval that was voided or revoked stays so' using errcode = 'integrity_constraint_violation';
end $$;
create trigger ended_approvals_stay_ended before update on approvals for each row
    when ((old.voided_at is not null and (new.voided_at, new.voided_because) is distinct from (old.voided_at, old.voided_because))
          or (old.revoked_at is not null
              and (new.revoked_at, new.revoked_by, new.revocation_reason)
                  is distinct from (old.revoked_at, old.revoked_by, old.revocation_reason)))
    execute function refuse_revival();

-- How far an approval reaches. The enum in the code says the same.
create function approval_reach(scope text) returns integer language sql immutable as $$
    select array_position(array['dry_run', 'audit_only', 'full', 'commit_push', 'release'], scope)
$$;

-- Whether the person is an author: compiled the brief, or made an edit up to this pack that no other person has approved above dry_run.
-- Source: access.md, “Rules”.
create function is_author(organization text, brief text, up_to integer, person text) returns boolean language sql stable as $$
    select exists (
            select 1 from formation_brief_compilations b
            where b.organization_id = organization and b.id = brief and b.created_by = person)
        or exists (
            select 1 from prompt_pack_compilations e
            where e.organization_id = organization and e.formation_brief_id = brief
              and e.ordinal > 1 and e.ordinal <= up_to and e.created_by = person
              and not exists (
                  select 1 from approvals a
                  join prompt_pack_compilations p on p.organization_id = a.organization_id and p.id = a.prompt_pack_id
                  where a.organization_id = organization and a.formation_brief_id = brief and a.scope <> 'dry_run'
                    and a.approved_by <> person and a.revoked_at is null and p.ordinal >= e.ordinal))
$$;

-- An approval names the digests of what it approves, and with four eyes an author does not approve above dry_run. The database holds this
-- for plain SQL too.
create function approve_by_another() returns trigger language plpgsql as $$
declare
    pack prompt_pack_compilations%rowtype;
begin
    select * into strict pack from prompt_pack_compilations p
        where p.organization_id = new.organization_id and p.id = new.prompt_pack_id;
    if pack.digest <> new.prompt_pack_digest
        or not exists (
            select 1 from formation_brief_compilations b
            where b.organization_id = new.organization_id and b.id = new.formation_brief_id and b.digest = new.brief_digest) then
        raise exception 'approval % names other digests than those of what it approves', new.id
            using errcode = 'integrity_constraint_violation';
    end if;
    new.by_author := new.scope <> 'dry_run'
        and is_author(new.organization_id, new.formation_brief_id, pack.ordinal, new.approved_by);
    if new.by_author
        and exists (
            select 1 from projects j where j.organization_id = new.organization_id and j.id = new.project_id and j.four_eyes) then
        raise exception 'four eyes: % compiled this brief or edited its prompts and does not approve it', new.approved_by
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger approvals_are_by_another before insert on approvals for each row execute function approve_by_another();

-- The run that an approval above dry_run was spent on. A row each: what is bound is bound once, and queueing a run writes no approval.
-- The key to runs, and the trigger that decides when a binding may go, stand in the migration of run.
create table approval_bindings (
    approval_id     text primary key,
    organization_id text not null,
    project_id      text not null,
    run_request_id  text not null,
    bound_at        timestamptz not null default alloy_now(),
    foreign key (organization_id, project_id, approval_id) references approvals (organization_id, project_id, id)
);
create index approval_bindings_by_run on approval_bindings (run_request_id);

create trigger approval_bindings_stay before truncate on approval_bindings for each statement execute function refuse_change();
