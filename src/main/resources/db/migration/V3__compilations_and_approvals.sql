-- What the compiler made, kept as the bytes that were digested, and who approved it.

create table formation_brief_compilations (
    id                     text primary key check (id ~ '^brief_'),
    organization_id        text not null,
    project_id             text not null,
    brief_template_id      text,
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
    version                integer not null default 0,
    unique (project_id, ordinal),
    unique (organization_id, project_id, id),
    foreign key (organization_id, project_id) references projects (organization_id, id),
    foreign key (organization_id, installation_id) references foundry_installations (owning_organization_id, id),
    foreign key (installation_id, manifest_digest) references installation_manifests (installation_id, digest),
    check (digest = 'sha256:' || encode(sha256(compiled_payload), 'hex')),
    check (source_intent_digest = 'sha256:' || encode(sha256(source_intent_snapshot), 'hex')),
    check ((approved_by is null) = (approved_at is null))
);
create index formation_brief_compilations_by_project on formation_brief_compilations (project_id, created_at desc, id desc);

create trigger formation_briefs_are_immutable
    before update on formation_brief_compilations for each row
    when ((old.organization_id, old.project_id, old.brief_template_id, old.ordinal, old.source_intent_snapshot,
           old.source_intent_digest, old.compiled_payload, old.compiler_version, old.schema_version, old.digest,
           old.installation_id, old.manifest_digest, old.target::text, old.report::text, old.repo_path, old.repo_revision, old.branch,
           old.entry_event, old.throttle, old.effect, old.created_by, old.created_at)
          is distinct from
          (new.organization_id, new.project_id, new.brief_template_id, new.ordinal, new.source_intent_snapshot,
           new.source_intent_digest, new.compiled_payload, new.compiler_version, new.schema_version, new.digest,
           new.installation_id, new.manifest_digest, new.target::text, new.report::text, new.repo_path, new.repo_revision, new.branch,
           new.entry_event, new.throttle, new.effect, new.created_by, new.created_at))
    execute function refuse_change();
create trigger formation_briefs_are_kept before delete on formation_brief_compilations
    for each row execute function refuse_change();
create trigger formation_briefs_stay before truncate on formation_brief_compilations
    for each statement execute function refuse_change();

create table prompt_pack_compilations (
    id                text primary key check (id ~ '^prompt_pack_'),
    organization_id   text not null,
    project_id        text not null,
    formation_brief_id text not null,
    -- 1 is the pack the brief was compiled with; each human edit makes the next.
    ordinal           integer not null check (ordinal > 0),
    template_version  text not null,
    compiler_version  text not null,
    prompts           bytea not null,
    human_edits       jsonb not null default '[]',
    schema_version    text not null,
    digest            text not null,
    created_by        text not null,
    created_at        timestamptz not null default alloy_now(),
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
    formation_brief_id text not null,
    project_id         text not null,
    mode               text not null check (mode in ('advisory', 'required_for_dry_run', 'required_for_mutation')),
    schema_version     text not null,
    content            bytea not null,
    digest             text not null,
    status             text not null check (status in ('proposed', 'accepted', 'rejected', 'superseded')),
    created_at         timestamptz not null default alloy_now(),
    approved_by        text,
    approved_at        timestamptz,
    version            integer not null default 0,
    unique (formation_brief_id, mode),
    foreign key (organization_id, project_id, formation_brief_id)
        references formation_brief_compilations (organization_id, project_id, id),
    check (digest = 'sha256:' || encode(sha256(content), 'hex'))
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

create table approvals (
    id                   text primary key check (id ~ '^appr_'),
    organization_id      text not null,
    project_id           text not null,
    formation_brief_id   text not null,
    brief_digest         text not null,
    prompt_pack_id       text not null,
    prompt_pack_digest   text not null,
    overlay_digests      text[] not null,
    scope                text not null check (scope in ('dry_run', 'audit_only', 'full', 'commit_push', 'release')),
    repo_revision        text not null check (repo_revision ~ '^[0-9a-f]{4,64}$'),
    drift_policy         text not null check (drift_policy in ('exact', 'any_recorded')),
    branch               text,
    comment              text,
    approved_by          text not null,
    approved_at          timestamptz not null default alloy_now(),
    expires_at           timestamptz not null,
    revoked_at           timestamptz,
    revoked_by           text,
    revocation_reason    text,
    bound_run_request_id text,
    version              integer not null default 0,
    unique (organization_id, project_id, id),
    foreign key (organization_id, project_id, formation_brief_id)
        references formation_brief_compilations (organization_id, project_id, id),
    foreign key (formation_brief_id, prompt_pack_id) references prompt_pack_compilations (formation_brief_id, id),
    check (expires_at > approved_at and expires_at <= approved_at + interval '30 days 1 minute')
);
create index approvals_by_brief on approvals (formation_brief_id, approved_at desc, id desc);

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
create trigger approvals_are_kept before delete on approvals
    for each row execute function refuse_change();
create trigger approvals_stay before truncate on approvals
    for each statement execute function refuse_change();
