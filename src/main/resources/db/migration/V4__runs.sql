-- Run requests, their attempts and what happened to them. Source: dispatch.md.

create table foundry_run_requests (
    id                      text primary key check (id ~ '^runreq_'),
    organization_id         text not null,
    project_id              text not null,
    -- The runner that has, or last had, the run.
    runner_id               text,
    -- The only runner that may have it, where the request named one.
    requested_runner_id     text,
    installation_id         text not null,
    formation_brief_id      text not null,
    brief_digest            text not null,
    prompt_pack_id          text not null,
    prompt_pack_digest      text not null,
    approval_id             text,
    entry_event             text not null,
    payload                 bytea not null,
    throttle                text not null check (throttle in ('dry_run', 'audit_only', 'full')),
    effect                  text not null check (effect in ('read_only', 'mutating')),
    repo_path               text not null,
    repo_revision           text not null,
    branch                  text not null,
    idempotency_key         text not null check (idempotency_key ~ '^sha256:[0-9a-f]{64}$'),
    status                  text not null check (status in ('awaiting_approval', 'queued', 'offered', 'accepted', 'executing',
                                'completed', 'completed_with_findings', 'failed', 'cancelled', 'lost')),
    requested_by            text not null,
    requested_at            timestamptz not null default alloy_now(),
    expires_at              timestamptz,
    queued_at               timestamptz,
    accepted_at             timestamptz,
    started_at              timestamptz,
    completed_at            timestamptz,
    -- The offer that stands, or stood last.
    offer_runner_id         text,
    offer_expires_at        timestamptz,
    offer_trace_id          text check (offer_trace_id ~ '^[0-9a-f]{32}$'),
    attempts                integer not null default 0 check (attempts >= 0),
    unanswered_offers       integer not null default 0 check (unanswered_offers >= 0),
    transport_replays       integer not null default 0 check (transport_replays >= 0),
    -- Foundry's own retries, as its result says.
    retry_count             integer check (retry_count >= 0),
    foundry_run_id          text check (foundry_run_id ~ '^[A-Za-z0-9._:-]{1,200}$'),
    failure_category        text check (failure_category in ('validation', 'dispatch', 'execution', 'safety', 'semantic')),
    failure_code            text,
    failure_message         text,
    correlation_id          text,
    version                 integer not null default 0,
    unique (project_id, idempotency_key),
    unique (organization_id, project_id, id),
    foreign key (organization_id, project_id, formation_brief_id)
        references formation_brief_compilations (organization_id, project_id, id),
    foreign key (formation_brief_id, prompt_pack_id) references prompt_pack_compilations (formation_brief_id, id),
    foreign key (organization_id, project_id, approval_id) references approvals (organization_id, project_id, id),
    foreign key (organization_id, installation_id) references foundry_installations (owning_organization_id, id),
    foreign key (organization_id, runner_id) references alloy_runners (organization_id, id),
    foreign key (organization_id, requested_runner_id) references alloy_runners (organization_id, id),
    check ((status = 'offered') <= (offer_runner_id is not null and offer_expires_at is not null)),
    check ((status in ('accepted', 'executing')) <= (runner_id is not null and accepted_at is not null and attempts > 0)),
    check ((status = 'executing') <= (started_at is not null)),
    check ((status in ('completed', 'completed_with_findings', 'failed', 'cancelled')) = (completed_at is not null)),
    check ((status in ('queued', 'offered', 'accepted', 'executing')) <= (queued_at is not null)),
    check ((status = 'failed') = (failure_category is not null)),
    check ((failure_category is null) = (failure_code is null))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1);

-- Runs that may be offered. The predicate is not on status: the planner would prefer such an index to the primary key.
create index foundry_run_requests_queue on foundry_run_requests (organization_id, queued_at, id)
    where queued_at is not null and accepted_at is null and completed_at is null;
-- What a runner has at the moment; its history does not slow this down.
create index foundry_run_requests_by_runner on foundry_run_requests (organization_id, runner_id)
    where accepted_at is not null and completed_at is null;
create index foundry_run_requests_by_brief on foundry_run_requests (formation_brief_id);
create index foundry_run_requests_by_project on foundry_run_requests (project_id, requested_at desc, id desc);
create index foundry_run_requests_by_organization on foundry_run_requests (organization_id, requested_at desc, id desc);

create trigger run_inputs_are_immutable
    before update on foundry_run_requests for each row
    when ((old.organization_id, old.project_id, old.requested_runner_id, old.installation_id, old.formation_brief_id,
           old.brief_digest, old.prompt_pack_id, old.prompt_pack_digest, old.entry_event, old.payload, old.throttle, old.effect,
           old.repo_path, old.repo_revision, old.branch, old.idempotency_key, old.requested_by, old.requested_at, old.expires_at)
          is distinct from
          (new.organization_id, new.project_id, new.requested_runner_id, new.installation_id, new.formation_brief_id,
           new.brief_digest, new.prompt_pack_id, new.prompt_pack_digest, new.entry_event, new.payload, new.throttle, new.effect,
           new.repo_path, new.repo_revision, new.branch, new.idempotency_key, new.requested_by, new.requested_at, new.expires_at))
    execute function refuse_change();
create trigger ended_runs_are_immutable
    before update on foundry_run_requests for each row
    when (old.status in ('completed', 'completed_with_findings', 'failed', 'cancelled')
          and (old.status, old.runner_id, old.queued_at, old.accepted_at, old.started_at, old.completed_at, old.attempts,
               old.retry_count, old.foundry_run_id, old.failure_category, old.failure_code, old.failure_message, old.approval_id)
              is distinct from
              (new.status, new.runner_id, new.queued_at, new.accepted_at, new.started_at, new.completed_at, new.attempts,
               new.retry_count, new.foundry_run_id, new.failure_category, new.failure_code, new.failure_message, new.approval_id))
    execute function refuse_change();
create trigger runs_are_kept before delete on foundry_run_requests
    for each row execute function refuse_change();
create trigger runs_stay before truncate on foundry_run_requests
    for each statement execute function refuse_change();

alter table approvals add foreign key (organization_id, project_id, bound_run_request_id)
    references foundry_run_requests (organization_id, project_id, id);

create table run_attempts (
    organization_id       text not null,
    project_id            text not null,
    run_request_id        text not null,
    attempt               integer not null check (attempt > 0),
    id                    text not null unique check (id ~ '^attempt_'),
    runner_id             text not null,
    trace_id              text not null check (trace_id ~ '^[0-9a-f]{32}$'),
    claim                 text,
    lease_token_hashes    bytea[] not null,
    callback_token_hashes bytea[] not null,
    lease_expires_at      timestamptz,
    accepted_at           timestamptz not null default alloy_now(),
    started_at            timestamptz,
    repo_revision_before  text,
    foundry_run_id        text,
    last_heartbeat_at     timestamptz,
    ended_at              timestamptz,
    primary key (run_request_id, attempt),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id),
    foreign key (organization_id, runner_id) references alloy_runners (organization_id, id)
);
create trigger ended_attempts_are_immutable before update on run_attempts
    for each row when (old.ended_at is not null) execute function refuse_change();
create trigger attempts_are_kept before delete on run_attempts
    for each row execute function refuse_change();
create trigger attempts_stay before truncate on run_attempts
    for each statement execute function refuse_change();
create index run_attempts_by_lease on run_attempts (lease_expires_at) where lease_expires_at is not null;

create table run_events (
    id              bigint generated always as identity primary key,
    organization_id text not null,
    project_id      text not null,
    run_request_id  text not null,
    type            text not null,
    from_status     text,
    to_status       text,
    attempt         integer,
    actor           text not null,
    detail          jsonb not null default '{}',
    correlation_id  text,
    occurred_at     timestamptz not null default alloy_now(),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id)
);
create index run_events_by_run on run_events (run_request_id, id);
create trigger run_events_are_immutable before update or delete on run_events
    for each row execute function refuse_change();
create trigger run_events_stay before truncate on run_events
    for each statement execute function refuse_change();

-- Words that came too late or contradict the first: kept for a person to see, never believed.
create table late_reports (
    id              bigint generated always as identity primary key,
    organization_id text not null,
    project_id      text not null,
    run_request_id  text not null,
    reason          text not null,
    body            bytea not null,
    reported_by     text not null,
    received_at     timestamptz not null default alloy_now(),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id)
);
create index late_reports_by_run on late_reports (run_request_id, id);
create trigger late_reports_are_immutable before update or delete on late_reports
    for each row execute function refuse_change();
create trigger late_reports_stay before truncate on late_reports
    for each statement execute function refuse_change();
