-- Traces are kept compressed (gzip), and read in slices: PostgreSQL need not compress them again.
alter table trace_imports alter column raw_trace set storage external;
create index trace_imports_by_project on trace_imports (organization_id, imported_at desc, id desc);
-- Outcomes may be told by Foundry's own id of a run.
create index runs_by_foundry_run on foundry_run_requests (organization_id, foundry_run_id) where foundry_run_id is not null;
