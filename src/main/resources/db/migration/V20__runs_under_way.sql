-- Runs that have not ended are few beside those that have: lists of what waits, is lost or is parked are read from here. The predicate is on a
-- time that is set once, not on the status: see docs/quality.md on partial indexes and the planner.
create index foundry_run_requests_under_way on foundry_run_requests (organization_id, requested_at desc, id desc)
    where completed_at is null;
