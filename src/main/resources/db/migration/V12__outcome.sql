-- What came back: results as received, accounts of runs, and what was observed of each evidence definition. Source: outcome.md,
-- witnesses.md.

-- A result stays as it was reported. What follows from it is in the run's account.
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
    -- A projection of the rest of the document.
    changes              jsonb not null,
    raw_result           bytea not null,
    digest               text not null,
    reported_by          text not null check (reported_by in ('runner', 'callback')),
    completed_at         timestamptz not null,
    received_at          timestamptz not null default alloy_now(),
    unique (organization_id, id),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id),
    foreign key (run_request_id, attempt) references run_attempts (run_request_id, attempt),
    check (digest = 'sha256:' || encode(sha256(raw_result), 'hex'))
);

create trigger run_results_are_immutable before update or delete on foundry_run_results
    for each row execute function refuse_change();
create trigger run_results_stay before truncate on foundry_run_results
    for each statement execute function refuse_change();

alter table trace_imports add foreign key (organization_id, foundry_run_result_id) references foundry_run_results (organization_id, id);

-- What the record says of an ended run, and on whose word: versions that are added to and never changed. Source: witnesses.md.
create table run_accounts (
    organization_id text not null,
    project_id      text not null,
    run_request_id  text not null,
    version         integer not null check (version > 0),
    -- The derivation that made it.
    rules           integer not null check (rules > 0),
    status          text not null check (status in ('completed', 'completed_with_findings', 'failed', 'cancelled')),
    document        bytea not null,
    digest          text not null,
    created_at      timestamptz not null default alloy_now(),
    primary key (run_request_id, version),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id),
    check (digest = 'sha256:' || encode(sha256(document), 'hex'))
);

create trigger run_accounts_are_immutable before update or delete on run_accounts
    for each row execute function refuse_change();
create trigger run_accounts_stay before truncate on run_accounts
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
    -- The name does not tell: a person may have the name of a machine.
    by_runner              boolean not null default false,
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

-- A person answers for evidence that is missing or speaks against a run. A waiver is kept after it has expired.
create table evidence_waivers (
    id                     text primary key check (id ~ '^waiver_'),
    organization_id        text not null,
    project_id             text not null,
    formation_brief_id     text not null,
    evidence_definition_id text not null,
    reason                 text not null,
    waived_by              text not null,
    -- The day on which people plan to look at it again. It may well expire before.
    review_date            date not null,
    expires_at             timestamptz not null,
    created_at             timestamptz not null default alloy_now(),
    foreign key (organization_id, project_id, formation_brief_id, evidence_definition_id)
        references evidence_definitions (organization_id, project_id, formation_brief_id, id),
    check (created_at < expires_at)
);
-- The inbox lists those that are due.
create index evidence_waivers_by_review on evidence_waivers (organization_id, review_date);
create index evidence_waivers_by_brief on evidence_waivers (formation_brief_id, evidence_definition_id, created_at desc);

create trigger evidence_waivers_are_immutable before update or delete on evidence_waivers
    for each row execute function refuse_change();
create trigger evidence_waivers_stay before truncate on evidence_waivers
    for each statement execute function refuse_change();
