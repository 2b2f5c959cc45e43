-- What becomes of runs whose runner does not answer, and what people may do about it. Source: dispatch.md.

alter table foundry_run_requests
    -- Taken out of the queue by itself; a person puts it back.
    add column parked_at timestamptz,
    add column parked_reason text,
    -- Until when it may wait. Its place in the queue is by queued_at, which stays when it comes back.
    add column queue_expires_at timestamptz,
    add column cancel_requested_at timestamptz,
    add column cancel_requested_by text,
    add column cancel_reason text,
    -- Who said how a run ended that nobody else can tell of.
    add column resolved_by text,
    add column resolution_reason text,
    -- A run that was asked for again, and the one that did: both know each other.
    add column supersedes text,
    add column superseded_by text,
    add column reexecution_ordinal integer check (reexecution_ordinal > 0),
    add column reexecution_reason text;
update foundry_run_requests set queue_expires_at = alloy_now() + interval '24 hours'
    where queued_at is not null and accepted_at is null and completed_at is null;
alter table foundry_run_requests
    add check ((parked_at is null) = (parked_reason is null)),
    add check (parked_at is null or status = 'queued' or completed_at is not null),
    add check (num_nonnulls(cancel_requested_at, cancel_requested_by, cancel_reason) in (0, 3)),
    add check ((resolved_by is null) = (resolution_reason is null)),
    add check (resolved_by is null or completed_at is not null),
    add check (num_nonnulls(supersedes, reexecution_ordinal, reexecution_reason) in (0, 3)),
    add unique (supersedes),
    add foreign key (organization_id, project_id, supersedes) references foundry_run_requests (organization_id, project_id, id),
    add foreign key (organization_id, project_id, superseded_by) references foundry_run_requests (organization_id, project_id, id),
    add check ((status in ('queued', 'offered')) <= (queue_expires_at is not null and accepted_at is null and started_at is null)),
    add check ((status = 'lost') <= (started_at is not null and effect = 'mutating'));

drop trigger ended_runs_are_immutable on foundry_run_requests;
create trigger ended_runs_are_immutable
    before update on foundry_run_requests for each row
    when (old.status in ('completed', 'completed_with_findings', 'failed', 'cancelled')
          and (old.status, old.runner_id, old.queued_at, old.accepted_at, old.started_at, old.completed_at, old.attempts,
               old.retry_count, old.foundry_run_id, old.failure_category, old.failure_code, old.failure_message, old.approval_id,
               old.parked_at, old.queue_expires_at, old.cancel_requested_at, old.cancel_requested_by, old.cancel_reason,
               old.resolved_by, old.resolution_reason)
              is distinct from
              (new.status, new.runner_id, new.queued_at, new.accepted_at, new.started_at, new.completed_at, new.attempts,
               new.retry_count, new.foundry_run_id, new.failure_category, new.failure_code, new.failure_message, new.approval_id,
               new.parked_at, new.queue_expires_at, new.cancel_requested_at, new.cancel_requested_by, new.cancel_reason,
               new.resolved_by, new.resolution_reason))
    execute function refuse_change();

-- The same request once, also when another version of the service would write its payload, and so its key, otherwise.
create unique index foundry_run_requests_once
    on foundry_run_requests (formation_brief_id, prompt_pack_id, throttle, requested_by) where supersedes is null;

-- Offers whose end a sweep looks for.
create index foundry_run_requests_by_offer on foundry_run_requests (offer_expires_at)
    where offer_expires_at is not null and accepted_at is null and completed_at is null;
create index foundry_run_requests_by_queue_end on foundry_run_requests (queue_expires_at)
    where queue_expires_at is not null and accepted_at is null and completed_at is null;

-- What runners tell of a run while it is under way stands in its history, in the order of their own numbers.
alter table run_events add column sequence integer check (sequence > 0);
create unique index run_events_by_sequence on run_events (run_request_id, attempt, sequence) where sequence is not null;
alter table run_attempts add column event_sequence integer not null default 0 check (event_sequence >= 0);
