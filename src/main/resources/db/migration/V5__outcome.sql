-- What came back: results as received, traces, and what was seen of each evidence definition. Source: outcome.md.

create table foundry_run_results (
    id                   text primary key check (id ~ '^result_'),
    organization_id      text not null,
    project_id           text not null,
    run_request_id       text not null unique,
    attempt              integer not null,
    foundry_run_id       text check (foundry_run_id ~ '^[A-Za-z0-9._:-]{1,200}$'),
    status               text not null check (status in ('completed', 'completed_with_findings', 'failed', 'cancelled')),
    claimed_status       text not null check (claimed_status in ('completed', 'completed_with_findings', 'failed', 'cancelled')),
    repo_revision_before text,
    repo_revision_after  text,
    gate_results         jsonb not null,
    retry_count          integer not null check (retry_count >= 0),
    trace_uri            text,
    summary              jsonb not null,
    -- Projections of the rest of the document, and what we made of it.
    changes              jsonb not null,
    checks               jsonb not null,
    raw_result           bytea not null,
    digest               text not null,
    reported_by          text not null check (reported_by in ('runner', 'callback')),
    completed_at         timestamptz not null,
    received_at          timestamptz not null default alloy_now(),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id),
    foreign key (run_request_id, attempt) references run_attempts (run_request_id, attempt),
    unique (organization_id, id),
    check (digest = 'sha256:' || encode(sha256(raw_result), 'hex'))
);
create trigger run_results_are_immutable before update or delete on foundry_run_results
    for each row execute function refuse_change();
create trigger run_results_stay before truncate on foundry_run_results
    for each statement execute function refuse_change();

create table trace_imports (
    id                    text primary key check (id ~ '^trace_'),
    organization_id       text not null,
    project_id            text not null,
    run_request_id        text not null,
    foundry_run_result_id text,
    trace_id              text,
    trace_format          text not null,
    raw_trace             bytea not null,
    digest                text not null,
    size_bytes            bigint not null,
    summary               jsonb not null,
    imported_at           timestamptz not null default alloy_now(),
    imported_by           text not null,
    unique (run_request_id, digest),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id),
    foreign key (organization_id, foundry_run_result_id) references foundry_run_results (organization_id, id)
);
create trigger trace_imports_are_immutable
    before update of organization_id, project_id, run_request_id, trace_format, raw_trace, digest, size_bytes, imported_at
    on trace_imports for each row execute function refuse_change();
create trigger trace_imports_are_kept before delete on trace_imports
    for each row execute function refuse_change();
create trigger trace_imports_stay before truncate on trace_imports
    for each statement execute function refuse_change();

create table evidence_observations (
    id                     text primary key check (id ~ '^obs_'),
    organization_id        text not null,
    project_id             text not null,
    evidence_definition_id text not null,
    run_request_id         text not null,
    formation_brief_id     text not null,
    status                 text not null check (status in ('satisfied', 'partially_satisfied', 'not_satisfied', 'unknown')),
    observed_by            text not null,
    supporting_artifacts   jsonb not null default '[]',
    notes                  text,
    observed_at            timestamptz not null,
    recorded_at            timestamptz not null default alloy_now(),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id),
    foreign key (organization_id, project_id, formation_brief_id, evidence_definition_id)
        references evidence_definitions (organization_id, project_id, formation_brief_id, id)
);
create index evidence_observations_by_run on evidence_observations (run_request_id, evidence_definition_id, id);
create trigger evidence_observations_are_immutable before update or delete on evidence_observations
    for each row execute function refuse_change();
create trigger evidence_observations_stay before truncate on evidence_observations
    for each statement execute function refuse_change();
