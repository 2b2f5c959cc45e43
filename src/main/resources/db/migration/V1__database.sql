-- The schema's generation, time, and refusals that every module uses.

-- Until version 1.0.0 these files are edited in place, and each edit counts the generation up. A service of another generation
-- refuses the database before Flyway runs. See docs/adr/0028.
create table alloy_schema (
    id         boolean primary key default true check (id),
    generation integer not null check (generation > 0)
);
insert into alloy_schema (generation) values (1);

-- Every instant in this schema comes from here, so replicas with skewed clocks agree about leases. It is one instant a statement, which
-- PostgreSQL inlines when it plans: a clock that is read at each use cannot be inlined, and a table behind it would be read at each use.
-- Ends of leases, offers and approvals are compared after the lock is held, or against the clock itself; see docs/adr/0024. Tests replace
-- this function in databases of their own.
create function alloy_now() returns timestamptz language sql stable parallel safe as $$
    select statement_timestamp()
$$;

-- What is immutable cannot be changed by anybody, whatever the code does.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% of % is refused: it is immutable', tg_op, tg_table_name using errcode = 'integrity_constraint_violation';
end $$;

-- What was revoked stays revoked.
create function refuse_restoring() returns trigger language plpgsql as $$
begin
    raise exception '% was revoked', old.id using errcode = 'integrity_constraint_violation';
end $$;
