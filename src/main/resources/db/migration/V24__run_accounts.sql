-- What the record says of an ended run, and on whose word: versions that are added to and never changed. Source: witnesses.md.
create table run_accounts (
    organization_id text not null,
    project_id      text not null,
    run_request_id  text not null,
    version         integer not null check (version > 0),
    -- Which derivation made it.
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

-- What lists show of the newest account. Runs that ended before have none.
alter table foundry_run_requests
    add column simulated boolean not null default false,
    add column account_version integer check (account_version > 0),
    add column account_status text check (account_status in ('completed', 'completed_with_findings', 'failed', 'cancelled')),
    add check ((account_version is null) = (account_status is null)),
    add check (account_version is null or completed_at is not null);
create trigger simulations_stay_so before update of simulated on foundry_run_requests
    for each row when (old.completed_at is not null and old.simulated is distinct from new.simulated) execute function refuse_change();
create trigger accounts_only_grow before update of account_version, account_status on foundry_run_requests
    for each row when (old.account_version is not null and (new.account_version is null or new.account_version < old.account_version))
    execute function refuse_change();

-- A result is kept as it was told; what follows from it is the account's.
alter table foundry_run_results drop column derived, drop column findings, drop column checks;

-- Whether a person or a runner sent a trace decides what it can say; a person's word is the weaker one.
alter table trace_imports add column sent_by text not null default 'person' check (sent_by in ('runner', 'person'));
update trace_imports set sent_by = 'runner' where imported_by like 'runner\_%';

-- The gates that a conflicting report says failed; null for reports that do not differ from the result. Decided when they come.
alter table late_reports add column failed_gates text[];
drop trigger late_reports_are_immutable on late_reports;
update late_reports set failed_gates = '{}' where reason = 'result-conflict';
create trigger late_reports_are_immutable before update or delete on late_reports
    for each row execute function refuse_change();

-- A person may be called as a machine is.
drop trigger evidence_observations_are_immutable on evidence_observations;
alter table evidence_observations add column by_runner boolean not null default false;
update evidence_observations set by_runner = true where observed_by in ('foundry', 'runner');
create trigger evidence_observations_are_immutable before update or delete on evidence_observations
    for each row execute function refuse_change();
