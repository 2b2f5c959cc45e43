-- Whether a run's prompt pack is another than its brief was compiled with: its digest is then part of the idempotency key. Kept with the
-- run, so that showing the key's parts does not read the pack.
alter table foundry_run_requests add column prompt_pack_edited boolean;
update foundry_run_requests r set prompt_pack_edited = p.ordinal > 1
from prompt_pack_compilations p where p.organization_id = r.organization_id and p.id = r.prompt_pack_id;
alter table foundry_run_requests alter column prompt_pack_edited set not null;

drop trigger run_inputs_are_immutable on foundry_run_requests;
create trigger run_inputs_are_immutable
    before update on foundry_run_requests for each row
    when ((old.organization_id, old.project_id, old.requested_runner_id, old.installation_id, old.formation_brief_id,
           old.brief_digest, old.prompt_pack_id, old.prompt_pack_digest, old.prompt_pack_edited, old.entry_event, old.payload,
           old.throttle, old.effect, old.repo_path, old.repo_revision, old.branch, old.idempotency_key, old.requested_by,
           old.requested_at, old.expires_at)
          is distinct from
          (new.organization_id, new.project_id, new.requested_runner_id, new.installation_id, new.formation_brief_id,
           new.brief_digest, new.prompt_pack_id, new.prompt_pack_digest, new.prompt_pack_edited, new.entry_event, new.payload,
           new.throttle, new.effect, new.repo_path, new.repo_revision, new.branch, new.idempotency_key, new.requested_by,
           new.requested_at, new.expires_at))
    execute function refuse_change();
