-- The schema's generation, time, and refusals that every module uses.

-- Until version 1.0.0 these files are edited in place, and each edit counts the generation up. A service of another generation
-- refuses the database before Flyway runs. See docs/adr/0028.
create table alloy_schema (
    id         boolean primary key default true check (id),
    generation integer not null check (generation > 0)
);
insert into alloy_schema (generation) values (2);

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

-- The server that this database was last served on. docs/adr/0029, and docs/operations.md, “Ways back”.

-- A copy of the row lies in every backup: where it does not name the server it is read on, the database was restored, moved or failed over.
create table served_database (
    id                boolean primary key default true check (id),
    -- Null where the server does not tell.
    system_identifier text,
    timeline          bigint,
    -- A dump that is restored beside the first, or into the same database, gets other numbers.
    database_oid      bigint not null,
    table_oid         bigint not null,
    -- A data directory that is put back brings all of the above along, but its server has to be started.
    server_started_at timestamptz not null,
    noted_at          timestamptz not null default alloy_now()
);

-- Any failure means that the server does not tell: functions that are missing, forbidden or not to be had on what is no PostgreSQL of its own.
create function server_system_identifier() returns text language plpgsql stable as $$
begin
    return (select s.system_identifier::text from pg_control_system() s);
exception when others then
    return null;
end $$;
create function server_timeline() returns bigint language plpgsql stable as $$
begin
    return ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint;
exception when others then
    return null;
end $$;

create view database_server as
select server_system_identifier() as system_identifier,
       server_timeline() as timeline,
       (select d.oid::bigint from pg_database d where d.datname = current_database()) as database_oid,
       (select c.oid::bigint from pg_class c where c.oid = 'served_database'::regclass) as table_oid,
       pg_postmaster_start_time() as server_started_at;
