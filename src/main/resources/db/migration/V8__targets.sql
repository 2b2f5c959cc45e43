-- Whether a brief's target still holds for what its installation reports now.

alter table formation_brief_compilations
    add column connection_type text check (connection_type in ('runner_pull', 'cli_bridge', 'manual'));
-- The mode tells how the installation was reached then; where it does not, how it is reached now is the best that is known.
update formation_brief_compilations b
    set connection_type = case b.target ->> 'mode'
        when 'cli_adapter' then 'cli_bridge' when 'native' then 'runner_pull' when 'runner_pull' then 'runner_pull'
        else i.connection_type end
    from foundry_installations i where i.owning_organization_id = b.organization_id and i.id = b.installation_id;
alter table formation_brief_compilations alter column connection_type set not null;

drop trigger formation_briefs_are_immutable on formation_brief_compilations;
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

-- One answer a brief, manifest and connection: compiling is a pure function, so an answer never has to be taken back.
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
