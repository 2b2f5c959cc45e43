-- Traces of runs, as sent and summarised. Source: outcome.md, “Traces”.

create table trace_imports (
    id                    text primary key check (id ~ '^trace_'),
    organization_id       text not null,
    project_id            text not null,
    run_request_id        text not null,
    -- The key to results stands in the migration of outcome, which lies above.
    foundry_run_result_id text,
    trace_id              text,
    trace_format          text not null,
    raw_trace             bytea not null,
    digest                text not null,
    size_bytes            bigint not null,
    summary               jsonb not null,
    -- A bounded excerpt that is read often. The whole summary is read only where it is shown.
    gist                  jsonb not null default '{}',
    imported_at           timestamptz not null default alloy_now(),
    imported_by           text not null,
    -- Whether a person or a runner sent it decides what it can prove: a person's word is the weaker one.
    sent_by               text not null default 'person' check (sent_by in ('runner', 'person')),
    unique (run_request_id, digest),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id)
);
-- A trace is stored compressed (gzip) and read in slices, so PostgreSQL need not compress it again. PostgreSQL 15 takes this no other way.
alter table trace_imports alter column raw_trace set storage external;
create index trace_imports_by_project on trace_imports (organization_id, imported_at desc, id desc);

create trigger trace_imports_are_immutable
    before update of organization_id, project_id, run_request_id, trace_format, raw_trace, digest, size_bytes, imported_at
    on trace_imports for each row execute function refuse_change();
create trigger trace_imports_are_kept before delete on trace_imports
    for each row execute function refuse_change();
create trigger trace_imports_stay before truncate on trace_imports
    for each statement execute function refuse_change();
