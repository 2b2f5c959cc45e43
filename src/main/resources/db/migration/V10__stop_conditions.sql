-- What stops a run from going on, said once: the query that offers runs, acceptance and start ask the same.
-- Source: dispatch.md, “Stop conditions”.

-- One mutating run a branch between its acceptance and its end, a lost one included; whatever the code does.
create unique index foundry_run_requests_one_a_branch on foundry_run_requests (project_id, branch)
    where effect = 'mutating' and accepted_at is not null and completed_at is null;

create view run_stop_conditions as
select q.organization_id,
       q.id as run_request_id,
       a.expires_at <= alloy_now() as approval_expired,
       a.revoked_at is not null or a.voided_at is not null
           or a.scope <> 'dry_run' and a.bound_run_request_id is distinct from q.id
           or b.digest <> q.brief_digest or p.digest <> q.prompt_pack_digest
           or a.brief_digest <> q.brief_digest or a.prompt_pack_digest <> q.prompt_pack_digest
           or b.status not in ('compiled', 'approved') as approval_stale,
       i.connection_type = 'manual' or b.target ->> 'mode' = 'manual_projection' as manual_only,
       i.status in ('retired', 'incompatible')
           or not ((b.manifest_digest, b.connection_type) is not distinct from (i.manifest_digest, i.connection_type)
               or exists (
                   select 1 from target_evaluations t
                   where t.formation_brief_id = b.id and t.manifest_digest = i.manifest_digest
                     and t.connection_type = i.connection_type and t.holds)) as manifest_mismatch,
       q.effect = 'mutating'
           and exists (
               select 1 from foundry_run_requests o
               where o.project_id = q.project_id and o.branch = q.branch and o.effect = 'mutating' and o.id <> q.id
                 and o.accepted_at is not null and o.completed_at is null) as branch_busy
from foundry_run_requests q
join formation_brief_compilations b on b.organization_id = q.organization_id and b.id = q.formation_brief_id
join prompt_pack_compilations p on p.organization_id = q.organization_id and p.id = q.prompt_pack_id
join foundry_installations i on i.owning_organization_id = q.organization_id and i.id = q.installation_id
join approvals a on a.organization_id = q.organization_id and a.id = q.approval_id;

-- When a run came into the state it is in, and no move but those of the state machine; the enum in the code says the same.
alter table foundry_run_requests add column state_since timestamptz not null default alloy_now();

create function move_run() returns trigger language plpgsql as $$
begin
    if (old.status, new.status) not in (
        ('awaiting_approval', 'queued'), ('awaiting_approval', 'failed'), ('awaiting_approval', 'cancelled'),
        ('queued', 'offered'), ('queued', 'completed'), ('queued', 'completed_with_findings'), ('queued', 'failed'),
        ('queued', 'cancelled'),
        ('offered', 'accepted'), ('offered', 'queued'), ('offered', 'cancelled'),
        ('accepted', 'executing'), ('accepted', 'queued'), ('accepted', 'failed'), ('accepted', 'cancelled'),
        ('executing', 'completed'), ('executing', 'completed_with_findings'), ('executing', 'failed'),
        ('executing', 'cancelled'), ('executing', 'queued'), ('executing', 'lost'),
        ('lost', 'completed'), ('lost', 'completed_with_findings'), ('lost', 'failed'), ('lost', 'cancelled')) then
        raise exception 'a run does not move from % to %', old.status, new.status
            using errcode = 'integrity_constraint_violation';
    end if;
    new.state_since := alloy_now();
    return new;
end $$;
create trigger runs_move_by_the_table before update of status on foundry_run_requests for each row
    when (old.status <> new.status) execute function move_run();

-- Whose turn it is: the project that was served longest ago.
alter table foundry_run_requests add column offered_at timestamptz;
create index foundry_run_requests_turns on foundry_run_requests (project_id, offered_at desc) where offered_at is not null;
drop index foundry_run_requests_queue;
create index foundry_run_requests_queue on foundry_run_requests (organization_id, project_id, queued_at, id)
    where queued_at is not null and accepted_at is null and completed_at is null;
