-- One instant a statement, put into it when it is planned: a clock that is read anew at each use cannot be inlined, and a table behind it
-- is read at each use. Ends of leases, offers and approvals are compared after the lock is held, or against the clock itself; see
-- docs/adr/0024. Tests replace this function in databases of their own.
create or replace function alloy_now() returns timestamptz language sql stable parallel safe as $$
    select statement_timestamp()
$$;
drop table test_clock;
drop function refuse_test_clock();
