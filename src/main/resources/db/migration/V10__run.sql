-- Run requests, their attempts, what happened to them, and which runner may have which run. Source: dispatch.md.

-- The rules of a run's row, and of an attempt's, stand in one trigger function each instead of CHECKs and WHENs: PostgreSQL reads the text
-- of every CHECK and of every trigger's WHEN again for each statement that writes, which took nine tenths of a move's time. No index is on
-- anything that a move changes, but for the run's end. docs/adr/0027.
create table foundry_run_requests (
    id                   text primary key,
    organization_id      text not null,
    project_id           text not null,

    -- What was asked for. None of it changes.
    installation_id      text not null,
    formation_brief_id   text not null,
    brief_digest         text not null,
    prompt_pack_id       text not null,
    prompt_pack_digest   text not null,
    -- Whether the pack differs from the one that the brief was compiled with: its digest is then part of the idempotency key. Stored here,
    -- so showing the key's parts does not read the pack.
    prompt_pack_edited   boolean not null,
    entry_event          text not null,
    payload              bytea not null,
    throttle             text not null,
    effect               text not null,
    repo_path            text not null,
    repo_revision        text not null,
    branch               text not null,
    idempotency_key      text not null,
    -- The only runner that may have it, where the request named one.
    requested_runner_id  text,
    requested_by         text not null,
    requested_at         timestamptz not null default alloy_now(),
    expires_at           timestamptz,
    correlation_id       text,
    -- A run that was asked for again, and the one that did: both know each other.
    supersedes           text unique,
    superseded_by        text,
    reexecution_ordinal  integer,
    reexecution_reason   text,
    -- Only an approval that was given after the request counts: for a mutating run that is repeated, and for one that never started.
    needs_new_approval   boolean not null default false,

    -- Its state, and since when.
    status               text not null,
    state_since          timestamptz not null default alloy_now(),
    approval_id          text,
    -- It may change code, and its project asked for one person only when it got its approval.
    four_eyes_off        boolean not null default false,
    -- Who refused to approve it, and why.
    declined_by          text,
    decline_reason       text,
    queued_at            timestamptz,
    -- Until when it may wait. Its place in the queue is by queued_at, which stays when it comes back.
    queue_expires_at     timestamptz,
    -- Alloy took it out of the queue. A person puts it back.
    parked_at            timestamptz,
    parked_reason        text,
    -- The offer that stands, or stood last.
    offered_at           timestamptz,
    offer_runner_id      text,
    offer_expires_at     timestamptz,
    offer_trace_id       text,
    unanswered_offers    integer not null default 0,
    -- The runner that has, or last had, the run.
    runner_id            text,
    attempts             integer not null default 0,
    transport_replays    integer not null default 0,
    accepted_at          timestamptz,
    started_at           timestamptz,
    foundry_run_id       text,
    cancel_requested_at  timestamptz,
    cancel_requested_by  text,
    cancel_reason        text,

    -- Its end.
    completed_at         timestamptz,
    failure_category     text,
    failure_code         text,
    failure_message      text,
    -- Foundry's own retries, as its result says.
    retry_count          integer,
    simulated            boolean not null default false,
    -- Who decided how a run ended whose outcome nobody else can know.
    resolved_by          text,
    resolution_reason    text,
    -- What lists show of its result and of its newest account.
    result_id            text,
    claimed_status       text,
    account_version      integer,
    account_status       text,
    -- Reports that were kept and not believed, and how many of them contradict the result.
    late_reports         integer not null default 0,
    conflicting_reports  integer not null default 0,

    version              integer not null default 0,

    unique (project_id, idempotency_key),
    unique (organization_id, project_id, id),
    foreign key (organization_id, project_id, formation_brief_id)
        references formation_brief_compilations (organization_id, project_id, id),
    foreign key (formation_brief_id, prompt_pack_id) references prompt_pack_compilations (formation_brief_id, id),
    foreign key (organization_id, project_id, approval_id) references approvals (organization_id, project_id, id),
    foreign key (organization_id, installation_id) references foundry_installations (owning_organization_id, id),
    foreign key (organization_id, runner_id) references alloy_runners (organization_id, id),
    foreign key (organization_id, requested_runner_id) references alloy_runners (organization_id, id),
    foreign key (organization_id, project_id, supersedes) references foundry_run_requests (organization_id, project_id, id),
    foreign key (organization_id, project_id, superseded_by) references foundry_run_requests (organization_id, project_id, id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1);

-- The same request once, also when another version of the service would write its payload, and so its key, differently.
create unique index foundry_run_requests_once
    on foundry_run_requests (formation_brief_id, prompt_pack_id, throttle, requested_by) where supersedes is null;
create index foundry_run_requests_by_brief on foundry_run_requests (organization_id, formation_brief_id, requested_at, id);
-- Runs that have not ended are few beside those that have. The predicate is on a time that is set once, not on the status: see
-- docs/quality.md on partial indexes and the planner. All other lists are read from narrow tables, below.
create index foundry_run_requests_under_way on foundry_run_requests (organization_id, requested_at, id)
    where completed_at is null;
-- A result may name Foundry's own id of a run.
create index runs_by_foundry_run on foundry_run_requests (organization_id, foundry_run_id) where foundry_run_id is not null;

create table run_attempts (
    organization_id       text not null,
    project_id            text not null,
    run_request_id        text not null,
    attempt               integer not null,
    id                    text not null unique,
    runner_id             text not null,
    trace_id              text not null,
    claim                 text,
    lease_token_hashes    bytea[] not null,
    callback_token_hashes bytea[] not null,
    lease_expires_at      timestamptz,
    accepted_at           timestamptz not null default alloy_now(),
    -- The run's, for lists of the runs of a runner.
    requested_at          timestamptz not null,
    started_at            timestamptz,
    repo_revision_before  text,
    foundry_run_id        text,
    last_heartbeat_at     timestamptz,
    -- The newest of the runner's own numbers of events.
    event_sequence        integer not null default 0,
    ended_at              timestamptz,
    primary key (run_request_id, attempt),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id),
    foreign key (organization_id, runner_id) references alloy_runners (organization_id, id)
);
create index run_attempts_by_lease on run_attempts (lease_expires_at) where lease_expires_at is not null;
-- What a runner has at the moment, and when a project was served last. A runner's history does not slow this down.
create index run_attempts_under_way on run_attempts (organization_id, runner_id) where lease_expires_at is not null;
create index run_attempts_by_runner on run_attempts (organization_id, runner_id, requested_at, run_request_id);
create index run_attempts_by_turn on run_attempts (project_id, accepted_at desc);
-- From a trace, and from a Foundry that knows its trace id alone, to the run.
create index run_attempts_by_trace on run_attempts (trace_id);

create table run_events (
    id              bigint generated always as identity primary key,
    organization_id text not null,
    project_id      text not null,
    run_request_id  text not null,
    type            text not null,
    from_status     text,
    to_status       text,
    attempt         integer,
    -- What a runner reports while the run is under way has the runner's own number.
    sequence        integer check (sequence > 0),
    actor           text not null,
    detail          jsonb not null default '{}',
    correlation_id  text,
    occurred_at     timestamptz not null default alloy_now(),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id)
);
create index run_events_by_run on run_events (run_request_id, id);
create unique index run_events_by_sequence on run_events (run_request_id, attempt, sequence) where sequence is not null;

create trigger run_events_are_immutable before update or delete on run_events
    for each row execute function refuse_change();
create trigger run_events_stay before truncate on run_events
    for each statement execute function refuse_change();

-- Reports that came too late or contradict the first: kept for a person to see, never believed. Equal reports are kept once.
create table late_reports (
    id              bigint generated always as identity primary key,
    organization_id text not null,
    -- Null for what a runner says of a run that a restored database does not know: the key of runs does not look at such rows.
    project_id      text,
    run_request_id  text not null,
    -- Who said it, where the run is not known.
    runner_id       text,
    reason          text not null,
    body            bytea not null,
    -- Stored, so no body is read to know its digest or its size.
    digest          text generated always as ('sha256:' || encode(sha256(body), 'hex')) stored,
    bytes           integer generated always as (octet_length(body)) stored,
    -- The gates that a conflicting report says failed; null for reports that do not differ from the result. Decided when they come.
    failed_gates    text[],
    reported_by     text not null,
    received_at     timestamptz not null default alloy_now(),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id),
    constraint late_reports_by_a_runner foreign key (organization_id, runner_id) references alloy_runners (organization_id, id),
    constraint late_reports_are_of_a_run check ((project_id is null) = (runner_id is not null))
);
create index late_reports_by_run on late_reports (run_request_id, id);
create index late_reports_by_digest on late_reports (run_request_id, reason, digest);
-- The inbox lists the few that came lately.
create index late_reports_lately on late_reports (organization_id, received_at);
create index late_reports_without_a_run on late_reports (organization_id, id) where project_id is null;
create index late_reports_of_a_runner on late_reports (runner_id) where runner_id is not null;

create trigger late_reports_are_immutable before update or delete on late_reports
    for each row execute function refuse_change();
create trigger late_reports_stay before truncate on late_reports
    for each statement execute function refuse_change();

-- Runs that wait, and branches that are taken, in narrow tables of their own. A trigger keeps both in step with the run's row, so no code
-- can forget them. docs/adr/0027.
create table run_queue (
    run_request_id      text primary key,
    organization_id     text not null,
    project_id          text not null,
    installation_id     text not null,
    formation_brief_id  text not null,
    effect              text not null,
    requested_runner_id text,
    requested_at        timestamptz not null,
    -- awaiting_approval, queued, offered
    status              text not null,
    queued_at           timestamptz,
    parked              boolean not null,
    expires_at          timestamptz,
    queue_expires_at    timestamptz,
    -- The offer that stands, or stood last.
    offered_at          timestamptz,
    offer_runner_id     text,
    offer_expires_at    timestamptz,
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1);
-- In the order in which a project's runs are taken.
create index run_queue_in_order on run_queue (organization_id, project_id, queued_at, run_request_id) where queued_at is not null;
create index run_queue_by_brief on run_queue (formation_brief_id);
create index run_queue_by_offer on run_queue (organization_id, offer_runner_id, offer_expires_at) where status = 'offered';
create index run_queue_by_turn on run_queue (project_id, offered_at desc) where offered_at is not null;
-- Lists of what awaits approval, and of what Alloy took out of the queue.
create index run_queue_unapproved on run_queue (organization_id, requested_at, run_request_id) where queued_at is null;
create index run_queue_parked on run_queue (organization_id, requested_at, run_request_id) where parked;

-- One mutating run a branch between its acceptance and its end, a lost one included; whatever the code does.
create table branch_holds (
    project_id      text not null,
    branch          text not null,
    organization_id text not null,
    run_request_id  text not null unique,
    primary key (project_id, branch),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id)
);

-- A lost run holds its branch.
create index branch_holds_by_organization on branch_holds (organization_id);

-- What lists find runs by and never changes: a row each, written when the run is asked for. So no move writes these indexes, and a list that
-- looks through many runs reads narrow rows. docs/adr/0030.
create table run_facets (
    organization_id text not null,
    project_id      text not null,
    run_request_id  text not null,
    requested_at    timestamptz not null,
    requested_by    text not null,
    installation_id text not null,
    branch          text not null,
    effect          text not null,
    throttle        text not null,
    entry_event     text not null,
    primary key (organization_id, requested_at, run_request_id)
) with (autovacuum_vacuum_insert_scale_factor = 0.02);
create index run_facets_by_project on run_facets (organization_id, project_id, requested_at, run_request_id);
create index run_facets_by_requester on run_facets (organization_id, requested_by, requested_at, run_request_id);
create index run_facets_by_branch on run_facets (organization_id, branch, requested_at, run_request_id);
create index run_facets_by_installation on run_facets (organization_id, installation_id, requested_at, run_request_id);
create index run_facets_by_kind on run_facets (organization_id, effect, throttle, requested_at, run_request_id);
create index run_facets_by_event on run_facets (organization_id, entry_event, requested_at, run_request_id);

-- The same of runs that have ended: how, and what their newest account says.
create table run_ends (
    organization_id text not null,
    run_request_id  text not null,
    requested_at    timestamptz not null,
    status          text not null,
    -- Empty where there is no account.
    account_status  text not null,
    parked          boolean not null,
    primary key (organization_id, status, account_status, requested_at, run_request_id)
) with (autovacuum_vacuum_insert_scale_factor = 0.02);
create index run_ends_parked on run_ends (organization_id, requested_at, run_request_id) where parked;

-- Refuses a row as a CHECK of that name would.
create function refuse_row(in_table text, in_row text, because text) returns void language plpgsql as $$
begin
    raise exception 'row % of "%" violates check constraint "%"', in_row, in_table, because
        using errcode = 'check_violation', table = in_table, constraint = because;
end $$;

-- What a run is made of when it is asked for. None of it changes afterwards.
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

-- What never changes, what does not change once the run has ended, and which moves there are. The enum in the code says the same.
create function guard_changed_run() returns trigger language plpgsql as $$
begin
    if (old.id, old.organization_id, old.project_id, old.requested_runner_id, old.installation_id, old.formation_brief_id,
        old.brief_digest, old.prompt_pack_id, old.prompt_pack_digest, old.prompt_pack_edited, old.entry_event, old.payload,
        old.throttle, old.effect, old.repo_path, old.repo_revision, old.branch, old.idempotency_key, old.requested_by,
        old.requested_at, old.expires_at, old.needs_new_approval, old.supersedes, old.reexecution_ordinal,
        old.reexecution_reason, old.correlation_id)
        is distinct from
       (new.id, new.organization_id, new.project_id, new.requested_runner_id, new.installation_id, new.formation_brief_id,
        new.brief_digest, new.prompt_pack_id, new.prompt_pack_digest, new.prompt_pack_edited, new.entry_event, new.payload,
        new.throttle, new.effect, new.repo_path, new.repo_revision, new.branch, new.idempotency_key, new.requested_by,
        new.requested_at, new.expires_at, new.needs_new_approval, new.supersedes, new.reexecution_ordinal,
        new.reexecution_reason, new.correlation_id)
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
               old.four_eyes_off, old.result_id, old.claimed_status)
              is distinct from
              (new.status, new.runner_id, new.approval_id, new.queued_at, new.accepted_at, new.started_at, new.completed_at,
               new.state_since, new.attempts, new.offered_at, new.offer_runner_id, new.offer_expires_at, new.offer_trace_id,
               new.unanswered_offers, new.parked_at, new.parked_reason, new.queue_expires_at, new.cancel_requested_at, new.cancel_requested_by,
               new.cancel_reason, new.retry_count, new.foundry_run_id, new.failure_category, new.failure_code,
               new.failure_message, new.simulated, new.resolved_by, new.resolution_reason, new.declined_by, new.decline_reason,
               new.four_eyes_off, new.result_id, new.claimed_status) then
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

-- PostgreSQL fires them in the order of their names.
create trigger run_1_is_well_made before insert on foundry_run_requests for each row execute function guard_new_run();
create trigger run_2_changes_by_the_rules before update on foundry_run_requests for each row execute function guard_changed_run();
create trigger run_3_is_what_its_state_says before insert or update on foundry_run_requests
    for each row execute function guard_run_state();
create trigger runs_are_kept before delete on foundry_run_requests
    for each row execute function refuse_change();
create trigger runs_stay before truncate on foundry_run_requests
    for each statement execute function refuse_change();

-- An attempt that has started stays started, and one that has ended does not change.
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
create trigger attempts_are_kept before delete on run_attempts
    for each row execute function refuse_change();
create trigger attempts_stay before truncate on run_attempts
    for each statement execute function refuse_change();

-- Keeps run_queue, branch_holds, run_facets and run_ends in step with the run.
create function follow_run() returns trigger language plpgsql as $$
declare
    waited boolean := coalesce(old.status in ('awaiting_approval', 'queued', 'offered'), false);
    waits boolean := new.status in ('awaiting_approval', 'queued', 'offered');
    held boolean := coalesce(old.effect = 'mutating' and old.accepted_at is not null and old.completed_at is null, false);
    holds boolean := new.effect = 'mutating' and new.accepted_at is not null and new.completed_at is null;
begin
    if tg_op = 'INSERT' then
        insert into run_facets (organization_id, project_id, run_request_id, requested_at, requested_by, installation_id, branch, effect,
            throttle, entry_event)
        values (new.organization_id, new.project_id, new.id, new.requested_at, new.requested_by, new.installation_id, new.branch,
            new.effect, new.throttle, new.entry_event);
    end if;
    if new.completed_at is not null then
        if old.completed_at is null then
            insert into run_ends (organization_id, run_request_id, requested_at, status, account_status, parked)
            values (new.organization_id, new.id, new.requested_at, new.status, coalesce(new.account_status, ''),
                new.parked_at is not null);
        elsif old.account_status is distinct from new.account_status then
            update run_ends set account_status = coalesce(new.account_status, '')
            where organization_id = new.organization_id and status = new.status and account_status = coalesce(old.account_status, '')
              and requested_at = new.requested_at and run_request_id = new.id;
        end if;
    end if;
    if waits and not waited then
        insert into run_queue (run_request_id, organization_id, project_id, installation_id, formation_brief_id, effect,
            requested_runner_id, requested_at, status, queued_at, parked, expires_at, queue_expires_at, offered_at, offer_runner_id,
            offer_expires_at)
        values (new.id, new.organization_id, new.project_id, new.installation_id, new.formation_brief_id, new.effect,
            new.requested_runner_id, new.requested_at, new.status, new.queued_at, new.parked_at is not null, new.expires_at, new.queue_expires_at,
            new.offered_at, new.offer_runner_id, new.offer_expires_at);
    elsif waited and not waits then
        delete from run_queue where organization_id = new.organization_id and run_request_id = new.id;
        if not found then
            raise exception 'run % is not in the queue', new.id using errcode = 'integrity_constraint_violation';
        end if;
    elsif waits
        and (old.status, old.queued_at, old.parked_at, old.queue_expires_at, old.offered_at, old.offer_runner_id, old.offer_expires_at)
            is distinct from
            (new.status, new.queued_at, new.parked_at, new.queue_expires_at, new.offered_at, new.offer_runner_id, new.offer_expires_at)
    then
        update run_queue
        set status = new.status, queued_at = new.queued_at, parked = new.parked_at is not null,
            queue_expires_at = new.queue_expires_at, offered_at = new.offered_at, offer_runner_id = new.offer_runner_id,
            offer_expires_at = new.offer_expires_at
        where organization_id = new.organization_id and run_request_id = new.id;
        if not found then
            raise exception 'run % is not in the queue', new.id using errcode = 'integrity_constraint_violation';
        end if;
    end if;
    if holds and not held then
        insert into branch_holds (project_id, branch, organization_id, run_request_id)
        values (new.project_id, new.branch, new.organization_id, new.id);
    elsif held and not holds then
        delete from branch_holds where organization_id = new.organization_id and run_request_id = new.id;
    end if;
    return null;
end $$;
create trigger runs_are_followed after insert or update on foundry_run_requests for each row execute function follow_run();

-- Nobody else writes them: a branch that is let go by hand would take a second run that changes it.
create function refuse_unless_following() returns trigger language plpgsql as $$
begin
    -- Within the trigger of the run's row the depth is two.
    if pg_trigger_depth() < 2 then
        raise exception '% of % is refused: it follows the rows of runs', tg_op, tg_table_name
            using errcode = 'integrity_constraint_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger queue_follows_runs before insert or update or delete on run_queue
    for each row execute function refuse_unless_following();
create trigger queue_stays before truncate on run_queue for each statement execute function refuse_change();
create trigger holds_follow_runs before insert or update or delete on branch_holds
    for each row execute function refuse_unless_following();
create trigger holds_stay before truncate on branch_holds for each statement execute function refuse_change();
create trigger facets_follow_runs before insert or update or delete on run_facets
    for each row execute function refuse_unless_following();
create trigger facets_stay before truncate on run_facets for each statement execute function refuse_change();
create trigger ends_follow_runs before insert or update or delete on run_ends
    for each row execute function refuse_unless_following();
create trigger ends_stay before truncate on run_ends for each statement execute function refuse_change();

-- An approval above dry_run is for one run. It is free again only when that run has ended and never started.
alter table approval_bindings
    add foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id);
create function bind_once() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' or exists (
        select 1 from foundry_run_requests r
        where r.organization_id = old.organization_id and r.id = old.run_request_id
          and (r.completed_at is null or r.started_at is not null
               or exists (
                   select 1 from run_attempts t
                   where t.organization_id = r.organization_id and t.run_request_id = r.id and t.started_at is not null))) then
        raise exception 'approval % is for run %', old.approval_id, old.run_request_id
            using errcode = 'integrity_constraint_violation';
    end if;
    return old;
end $$;
create trigger approvals_are_used_once before update or delete on approval_bindings for each row execute function bind_once();

-- The scope that a run needs. The enum in the code says the same.
create function run_needs(entry_event text, throttle text) returns text language sql immutable as $$
    select case
        when entry_event = 'release_requested' then 'release'
        when throttle <> 'full' then throttle
        when entry_event in ('vulnerability_detected', 'scan_requested') then 'release'
        when entry_event in ('greet_requested', 'validation_requested', 'drift_assessment_requested') then 'full'
        else 'commit_push' end
$$;

-- Four eyes, scopes and single use hold for plain SQL too. A run waits in the queue, and starts, only under an approval that reaches so far,
-- is of its digests, and is its own. It gets one only while that is valid, at its revision, and from another person. This is decided when
-- the transaction ends: the run names the approval, and the binding names the run. Source: access.md, “Rules”.
create function run_under_approval() returns trigger language plpgsql as $$
declare
    given approvals%rowtype;
    needed text := run_needs(new.entry_event, new.throttle);
begin
    if new.approval_id is null then
        return null;
    end if;
    select * into strict given from approvals a where a.organization_id = new.organization_id and a.id = new.approval_id;
    if (given.formation_brief_id, given.brief_digest, given.prompt_pack_digest)
        is distinct from (new.formation_brief_id, new.brief_digest, new.prompt_pack_digest) then
        raise exception 'approval % is not of what run % would execute', given.id, new.id
            using errcode = 'integrity_constraint_violation';
    end if;
    if approval_reach(given.scope) < approval_reach(needed) then
        raise exception 'approval % does not reach as far as run %', given.id, new.id
            using errcode = 'integrity_constraint_violation';
    end if;
    if given.scope <> 'dry_run' and new.status in ('queued', 'offered', 'accepted', 'executing')
        and not exists (select 1 from approval_bindings n where n.approval_id = given.id and n.run_request_id = new.id) then
        raise exception 'approval % is not bound to run %', given.id, new.id using errcode = 'integrity_constraint_violation';
    end if;
    -- What holds of the moment at which the run gets its approval.
    if tg_op = 'INSERT' or old.approval_id is distinct from new.approval_id then
        if given.revoked_at is not null or given.voided_at is not null or given.expires_at <= alloy_now() then
            raise exception 'approval % has ended', given.id using errcode = 'integrity_constraint_violation';
        end if;
        if given.drift_policy = 'exact' and not starts_with(new.repo_revision, given.repo_revision)
            and not starts_with(given.repo_revision, new.repo_revision) then
            raise exception 'approval % is of another revision than run %', given.id, new.id
                using errcode = 'integrity_constraint_violation';
        end if;
        if new.needs_new_approval and given.approved_at <= new.requested_at then
            raise exception 'approval % was given before run % was asked for again', given.id, new.id
                using errcode = 'integrity_constraint_violation';
        end if;
        if needed <> 'dry_run' and (given.approved_by = new.requested_by or given.by_author)
            and exists (
                select 1 from projects j
                where j.organization_id = new.organization_id and j.id = new.project_id and j.four_eyes) then
            raise exception 'four eyes: % approved run %, and asked for it or wrote what it would execute', given.approved_by, new.id
                using errcode = 'integrity_constraint_violation';
        end if;
    elsif new.started_at is not null and old.started_at is null and (given.revoked_at is not null or given.voided_at is not null) then
        raise exception 'approval % has ended', given.id using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create constraint trigger runs_come_approved after insert on foundry_run_requests deferrable initially deferred
    for each row execute function run_under_approval();
-- Offers and acceptances lie between two of these, and ends behind them.
create constraint trigger runs_are_approved after update of status, approval_id, queued_at, started_at on foundry_run_requests
    deferrable initially deferred
    for each row when (new.status in ('awaiting_approval', 'queued', 'executing')) execute function run_under_approval();

-- What stops a run from going on, said once: the query that offers runs, acceptance and start ask the same. Source: dispatch.md,
-- “Stop conditions”.
create view run_stop_conditions as
select q.organization_id,
       q.id as run_request_id,
       a.expires_at <= alloy_now() as approval_expired,
       a.revoked_at is not null or a.voided_at is not null
           or a.scope <> 'dry_run'
              and not exists (select 1 from approval_bindings n where n.approval_id = a.id and n.run_request_id = q.id)
           or b.digest <> q.brief_digest or p.digest <> q.prompt_pack_digest
           or a.brief_digest <> q.brief_digest or a.prompt_pack_digest <> q.prompt_pack_digest
           or b.status not in ('compiled', 'approved') as approval_stale,
       i.connection_type = 'manual' or b.target ->> 'mode' = 'manual_projection' as manual_only,
       i.status in ('retired', 'incompatible')
           or not ((b.manifest_digest, b.connection_type) is not distinct from (i.manifest_digest, i.connection_type)
               or exists (
                   select 1 from target_evaluations t
                   where t.formation_brief_id = b.id and t.manifest_digest = i.manifest_digest
                     and t.connection_type = i.connection_type and t.holds))
           or q.throttle <> b.throttle and not lists_throttle(i.id, i.manifest_digest, q.throttle) as manifest_mismatch,
       q.effect = 'mutating'
           and exists (
               select 1 from branch_holds h
               where h.project_id = q.project_id and h.branch = q.branch and h.run_request_id <> q.id) as branch_busy
from foundry_run_requests q
join formation_brief_compilations b on b.organization_id = q.organization_id and b.id = q.formation_brief_id
join prompt_pack_compilations p on p.organization_id = q.organization_id and p.id = q.prompt_pack_id
join foundry_installations i on i.owning_organization_id = q.organization_id and i.id = q.installation_id
join approvals a on a.organization_id = q.organization_id and a.id = q.approval_id;

-- Which runner may have which run, said once: the query that offers runs, acceptance, start and the explanation ask the same. PostgreSQL
-- inlines these functions; they are asked of the queue's rows and of the runs'. docs/adr/0026.
create function not_allowed_project(project text, r alloy_runners) returns boolean language sql immutable parallel safe as $$
    select not project = any (r.allowed_projects)
$$;
create function untrusted_for_effect(project text, effect text, r alloy_runners) returns boolean
    language sql immutable parallel safe as $$
    select effect <> 'read_only' and not project = any (r.trusted_projects)
$$;
create function does_not_serve_installation(installation text, r alloy_runners) returns boolean
    language sql immutable parallel safe as $$
    select not installation = any (r.installation_ids)
$$;
create function schema_version_unsupported(r alloy_runners) returns boolean language sql immutable parallel safe as $$
    select not 'alloy.foundry_execution_request.v1' = any (r.supported_schema_versions)
$$;
create function pinned_to_another_runner(requested text, r alloy_runners) returns boolean language sql immutable parallel safe as $$
    select requested is not null and requested <> r.id
$$;

-- What keeps a runner from every run. An attempt with a lease is one that the runner is at.
create view runner_conditions as
select r.organization_id,
       r.id as runner_id,
       r.status = 'revoked' as revoked,
       r.status = 'draining' as draining,
       r.max_concurrency <= (
           select count(*) from run_attempts t
           where t.organization_id = r.organization_id and t.runner_id = r.id and t.lease_expires_at is not null) as at_capacity
from alloy_runners r;

-- What keeps a runner from one run, besides run_stop_conditions, which keep all runners from it.
create view run_runner_conditions as
select q.organization_id,
       q.id as run_request_id,
       r.id as runner_id,
       s.revoked,
       pinned_to_another_runner(q.requested_runner_id, r) as pinned_to_another_runner,
       q.status = 'offered' and q.offer_expires_at > alloy_now() and q.offer_runner_id <> r.id as offered_to_another,
       not_allowed_project(q.project_id, r) as not_allowed_project,
       untrusted_for_effect(q.project_id, q.effect, r) as untrusted_for_effect,
       does_not_serve_installation(q.installation_id, r) as does_not_serve_installation,
       schema_version_unsupported(r) as schema_version_unsupported,
       s.draining,
       s.at_capacity
from foundry_run_requests q
join alloy_runners r on r.organization_id = q.organization_id
join runner_conditions s on s.organization_id = r.organization_id and s.runner_id = r.id;

-- Whatever replica asks, and however late it notices: of a database on another server than it was served on nothing is accepted, so nothing
-- started, until it was judged; and no sweep ends what waited, since it may have started in the time that is gone. An offer alone does no harm,
-- and asking costs something.
create function refuse_on_another_server() returns trigger language plpgsql as $$
begin
    if new.status in ('accepted', 'failed', 'cancelled') and old.status <> new.status
        and exists (select from served_database s, database_server p
                    where s.system_identifier <> p.system_identifier or s.timeline <> p.timeline
                       or s.database_oid <> p.database_oid or s.table_oid <> p.table_oid
                       or s.server_started_at <> p.server_started_at) then
        raise exception 'the database is on another server than it was served on, and was not judged yet' using errcode = '57PAL';
    end if;
    return new;
end $$;
create trigger nothing_is_accepted_on_another_server before update on foundry_run_requests
    for each row execute function refuse_on_another_server();

-- When an organization's database was found to be restored, and what became of its runs.
create table restorations (
    id              bigint generated always as identity primary key,
    organization_id text not null references organizations,
    because         text[] not null check (cardinality(because) >= 1),
    parked          integer not null,
    lost            integer not null,
    found_at        timestamptz not null default alloy_now()
);
create index restorations_by_organization on restorations (organization_id, id desc);
create trigger restorations_are_immutable before update or delete on restorations
    for each row execute function refuse_change();
create trigger restorations_stay before truncate on restorations
    for each statement execute function refuse_change();
