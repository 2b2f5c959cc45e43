-- What holds of a run's row, and of an attempt's, is said in one function each: PostgreSQL reads the text of every CHECK and of every
-- trigger's WHEN anew for each statement that writes, which took nine tenths of a move's time. docs/adr/0027.

do $$
declare
    named record;
begin
    for named in
        select conrelid::regclass as owner, conname from pg_constraint
        where conrelid in ('foundry_run_requests'::regclass, 'run_attempts'::regclass) and contype = 'c' loop
        execute format('alter table %s drop constraint %I', named.owner, named.conname);
    end loop;
end $$;
drop trigger run_inputs_are_immutable on foundry_run_requests;
drop trigger ended_runs_are_immutable on foundry_run_requests;
drop trigger ended_runs_keep_their_past on foundry_run_requests;
drop trigger decisions_about_runs_stay on foundry_run_requests;
drop trigger accounts_only_grow on foundry_run_requests;
drop trigger simulations_stay_so on foundry_run_requests;
drop trigger successors_stay on foundry_run_requests;
drop trigger runs_move_by_the_table on foundry_run_requests;
drop function move_run;
drop trigger attempts_stay_started on run_attempts;
drop trigger ended_attempts_are_immutable on run_attempts;
drop function refuse_unstarting;

create function refuse_row(in_table text, in_row text, because text) returns void language plpgsql as $$
begin
    raise exception 'row % of "%" violates check constraint "%"', in_row, in_table, because
        using errcode = 'check_violation', table = in_table, constraint = because;
end $$;

-- What a run is made of when it is asked for; none of it changes afterwards.
create function guard_new_run() returns trigger language plpgsql as $$
declare
    broken text := case
        when new.id !~ '^runreq_' then 'id'
        when new.throttle not in ('dry_run', 'audit_only', 'full') then 'throttle'
        when new.effect not in ('read_only', 'mutating') then 'effect'
        when new.idempotency_key !~ '^sha256:[0-9a-f]{64}$' then 'idempotency_key'
        when new.reexecution_ordinal <= 0 then 'reexecution_ordinal'
        when num_nonnulls(new.supersedes, new.reexecution_ordinal, new.reexecution_reason) not in (0, 3) then 'supersedes'
        end;
begin
    if broken is not null then
        perform refuse_row(tg_table_name, new.id, broken);
    end if;
    return new;
end $$;

-- What never changes, what does not change once the run has ended, and which moves there are; the enum in the code says the same.
create function guard_changed_run() returns trigger language plpgsql as $$
begin
    if (old.id, old.organization_id, old.project_id, old.requested_runner_id, old.installation_id, old.formation_brief_id,
        old.brief_digest, old.prompt_pack_id, old.prompt_pack_digest, old.prompt_pack_edited, old.entry_event, old.payload,
        old.throttle, old.effect, old.repo_path, old.repo_revision, old.branch, old.idempotency_key, old.requested_by,
        old.requested_at, old.expires_at, old.needs_new_approval)
        is distinct from
       (new.id, new.organization_id, new.project_id, new.requested_runner_id, new.installation_id, new.formation_brief_id,
        new.brief_digest, new.prompt_pack_id, new.prompt_pack_digest, new.prompt_pack_edited, new.entry_event, new.payload,
        new.throttle, new.effect, new.repo_path, new.repo_revision, new.branch, new.idempotency_key, new.requested_by,
        new.requested_at, new.expires_at, new.needs_new_approval)
       or new.late_reports < old.late_reports or new.conflicting_reports < old.conflicting_reports
       or old.superseded_by is not null and new.superseded_by is distinct from old.superseded_by
       or old.account_version is not null
          and (new.account_version is null or new.account_version < old.account_version)
       or old.completed_at is not null
          and (old.status, old.runner_id, old.approval_id, old.queued_at, old.accepted_at, old.started_at, old.completed_at,
               old.state_since, old.attempts, old.offered_at, old.offer_runner_id, old.offer_expires_at, old.offer_trace_id,
               old.unanswered_offers, old.parked_at, old.parked_reason, old.queue_expires_at, old.cancel_requested_at, old.cancel_requested_by,
               old.cancel_reason, old.retry_count, old.foundry_run_id, old.failure_category, old.failure_code,
               old.failure_message, old.simulated, old.resolved_by, old.resolution_reason, old.declined_by, old.decline_reason,
               old.four_eyes_off, old.result_id, old.claimed_status, old.supersedes, old.reexecution_ordinal,
               old.reexecution_reason, old.correlation_id)
              is distinct from
              (new.status, new.runner_id, new.approval_id, new.queued_at, new.accepted_at, new.started_at, new.completed_at,
               new.state_since, new.attempts, new.offered_at, new.offer_runner_id, new.offer_expires_at, new.offer_trace_id,
               new.unanswered_offers, new.parked_at, new.parked_reason, new.queue_expires_at, new.cancel_requested_at, new.cancel_requested_by,
               new.cancel_reason, new.retry_count, new.foundry_run_id, new.failure_category, new.failure_code,
               new.failure_message, new.simulated, new.resolved_by, new.resolution_reason, new.declined_by, new.decline_reason,
               new.four_eyes_off, new.result_id, new.claimed_status, new.supersedes, new.reexecution_ordinal,
               new.reexecution_reason, new.correlation_id) then
        raise exception '% of % is refused: it is immutable', tg_op, tg_table_name
            using errcode = 'integrity_constraint_violation';
    end if;
    if old.status <> new.status then
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
    end if;
    return new;
end $$;

-- What each state comes with.
create function guard_run_state() returns trigger language plpgsql as $$
declare
    broken text := case
        when new.status not in ('awaiting_approval', 'queued', 'offered', 'accepted', 'executing',
                                'completed', 'completed_with_findings', 'failed', 'cancelled', 'lost') then 'status'
        when new.status in ('completed', 'completed_with_findings', 'failed', 'cancelled') <> (new.completed_at is not null)
            then 'completed_at'
        when new.status not in ('awaiting_approval', 'failed', 'cancelled') and new.approval_id is null then 'approval_id'
        when new.status in ('queued', 'offered', 'accepted', 'executing') and new.queued_at is null then 'queued_at'
        when new.status in ('queued', 'offered') and (new.queue_expires_at is null or new.accepted_at is not null
                or new.started_at is not null) then 'queue_expires_at'
        when new.status = 'offered' and (new.offer_runner_id is null or new.offer_expires_at is null) then 'offer_runner_id'
        when new.status in ('accepted', 'executing') and (new.runner_id is null or new.accepted_at is null
                or new.attempts <= 0) then 'accepted_at'
        when new.status = 'executing' and new.started_at is null then 'started_at'
        when new.status = 'lost' and (new.started_at is null or new.effect <> 'mutating') then 'lost'
        when (new.status = 'failed') <> (new.failure_category is not null) then 'failure_category'
        when new.failure_category not in ('validation', 'dispatch', 'execution', 'safety', 'semantic') then 'failure_category'
        when (new.failure_category is null) <> (new.failure_code is null) then 'failure_code'
        when (new.parked_at is null) <> (new.parked_reason is null) then 'parked_reason'
        -- One that waits for an approval may have got one, and started, in the time that a restored database does not know.
        when new.parked_at is not null and new.status not in ('awaiting_approval', 'queued') and new.completed_at is null
            then 'parked_at'
        when num_nonnulls(new.cancel_requested_at, new.cancel_requested_by, new.cancel_reason) not in (0, 3)
            then 'cancel_requested_at'
        when (new.resolved_by is null) <> (new.resolution_reason is null) then 'resolution_reason'
        when new.resolved_by is not null and new.completed_at is null then 'resolved_by'
        when (new.declined_by is null) <> (new.decline_reason is null) then 'decline_reason'
        when new.declined_by is not null and new.status <> 'cancelled' then 'declined_by'
        when (new.result_id is null) <> (new.claimed_status is null) then 'claimed_status'
        when new.claimed_status not in ('completed', 'completed_with_findings', 'failed', 'cancelled') then 'claimed_status'
        when new.result_id is not null and new.completed_at is null then 'result_id'
        when (new.account_version is null) <> (new.account_status is null) then 'account_status'
        when new.account_status not in ('completed', 'completed_with_findings', 'failed', 'cancelled') then 'account_status'
        when new.account_version is not null and new.completed_at is null then 'account_version'
        when new.conflicting_reports > new.late_reports then 'conflicting_reports'
        when least(new.attempts, new.unanswered_offers, new.transport_replays, new.retry_count, new.late_reports,
                   new.conflicting_reports, new.account_version - 1) < 0 then 'counts'
        when new.offer_trace_id is distinct from old.offer_trace_id and new.offer_trace_id !~ '^[0-9a-f]{32}$' then 'offer_trace_id'
        when new.foundry_run_id is distinct from old.foundry_run_id and new.foundry_run_id !~ '^[A-Za-z0-9._:-]{1,200}$'
            then 'foundry_run_id'
        end;
begin
    if broken is not null then
        perform refuse_row(tg_table_name, new.id, broken);
    end if;
    return new;
end $$;

-- In the order of their names.
create trigger run_1_is_well_made before insert on foundry_run_requests for each row execute function guard_new_run();
create trigger run_2_changes_by_the_rules before update on foundry_run_requests for each row execute function guard_changed_run();
create trigger run_3_is_what_its_state_says before insert or update on foundry_run_requests
    for each row execute function guard_run_state();

create function guard_attempt() returns trigger language plpgsql as $$
declare
    broken text := case
        when new.attempt <= 0 then 'attempt'
        when new.event_sequence < 0 then 'event_sequence'
        when new.id is distinct from old.id and new.id !~ '^attempt_' then 'id'
        when new.trace_id is distinct from old.trace_id and new.trace_id !~ '^[0-9a-f]{32}$' then 'trace_id'
        end;
begin
    if old.ended_at is not null then
        raise exception '% of % is refused: it is immutable', tg_op, tg_table_name
            using errcode = 'integrity_constraint_violation';
    end if;
    if old.started_at is not null and new.started_at is distinct from old.started_at then
        raise exception 'attempt % has started', old.id using errcode = 'integrity_constraint_violation';
    end if;
    if broken is not null then
        perform refuse_row(tg_table_name, new.id, broken);
    end if;
    return new;
end $$;
create trigger attempts_keep_to_the_rules before insert or update on run_attempts for each row execute function guard_attempt();
