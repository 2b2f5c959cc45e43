-- A reviewer's no, and what a run says about its result. Source: access.md, dispatch.md.

alter table foundry_run_requests
    -- Who refused to approve it, and why.
    add column declined_by text,
    add column decline_reason text,
    -- Only an approval that was given after the request counts: for a mutating run that is repeated, and for one that never started.
    add column needs_new_approval boolean not null default false,
    -- It may change code, and its project asked for one person only when it got its approval.
    add column four_eyes_off boolean not null default false,
    add column result_id text,
    add column claimed_status text
        check (claimed_status in ('completed', 'completed_with_findings', 'failed', 'cancelled')),
    -- Reports that were kept and not believed, and how many of them contradict the result.
    add column late_reports integer not null default 0 check (late_reports >= 0),
    add column conflicting_reports integer not null default 0 check (conflicting_reports >= 0),
    add check ((declined_by is null) = (decline_reason is null)),
    add check (declined_by is null or status = 'cancelled'),
    add check ((result_id is null) = (claimed_status is null)),
    add check (result_id is null or completed_at is not null),
    add check (conflicting_reports <= late_reports);

update foundry_run_requests set needs_new_approval = true where supersedes is not null and effect = 'mutating';
update foundry_run_requests r set result_id = t.id, claimed_status = t.claimed_status
from foundry_run_results t where t.organization_id = r.organization_id and t.run_request_id = r.id;
update foundry_run_requests r set late_reports = l.reports, conflicting_reports = l.conflicts
from (select organization_id, run_request_id, count(*) as reports, count(failed_gates) as conflicts
      from late_reports group by organization_id, run_request_id) l
where l.organization_id = r.organization_id and l.run_request_id = r.id;

create trigger decisions_about_runs_stay before update on foundry_run_requests for each row
    when (old.needs_new_approval is distinct from new.needs_new_approval
          or old.completed_at is not null
             and (old.declined_by, old.decline_reason, old.four_eyes_off, old.result_id, old.claimed_status)
                 is distinct from
                 (new.declined_by, new.decline_reason, new.four_eyes_off, new.result_id, new.claimed_status)
          or new.late_reports < old.late_reports or new.conflicting_reports < old.conflicting_reports)
    execute function refuse_change();

-- An archived brief may say why.
do $$
declare
    named text;
begin
    for named in
        select conname from pg_constraint
        where conrelid = 'formation_brief_compilations'::regclass and contype = 'c'
          and pg_get_constraintdef(oid) like '%closing_reason%' loop
        execute format('alter table formation_brief_compilations drop constraint %I', named);
    end loop;
end $$;
alter table formation_brief_compilations
    add check (status <> 'rejected' or closing_reason is not null),
    add check (closing_reason is null or status in ('rejected', 'archived'));
