-- The server that this database was last served on, and what is kept of runs that a restored database does not know. Source: operations.md,
-- “Ways back”.

-- A copy of the row lies in every backup: where it does not name the server it is read on, the database was restored, moved or failed over.
create table served_database (
    id                boolean primary key default true check (id),
    -- Null where the server does not tell.
    system_identifier text,
    timeline          bigint,
    -- A dump that is restored beside the first, or into the same database, gets other numbers.
    database_oid      bigint not null,
    table_oid         bigint not null,
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
       (select c.oid::bigint from pg_class c where c.oid = 'served_database'::regclass) as table_oid;

-- Whatever replica asks, and however late it notices: of a database on another server than it was served on nothing is accepted, so nothing
-- started, until it was judged. An offer alone does no harm, and asking costs something.
create function refuse_on_another_server() returns trigger language plpgsql as $$
begin
    if new.status = 'accepted' and old.status <> 'accepted'
        and exists (select from served_database s, database_server p
                    where s.system_identifier <> p.system_identifier or s.timeline <> p.timeline
                       or s.database_oid <> p.database_oid or s.table_oid <> p.table_oid) then
        raise exception 'the database is on another server than it was served on, and was not judged yet' using errcode = '57PAL';
    end if;
    return new;
end $$;
create trigger nothing_is_accepted_on_another_server before update on foundry_run_requests
    for each row execute function refuse_on_another_server();

-- When an organization's database was found to be restored, and what became of its runs.
create table restorations (
    id              bigint generated always as identity primary key,
    organization_id text not null references organizations,
    because         text[] not null check (cardinality(because) >= 1),
    parked          integer not null,
    lost            integer not null,
    found_at        timestamptz not null default alloy_now()
);
create index restorations_by_organization on restorations (organization_id, id desc);
create trigger restorations_are_immutable before update or delete on restorations
    for each row execute function refuse_change();
create trigger restorations_stay before truncate on restorations
    for each statement execute function refuse_change();

-- What spoke against the database once does not park its runs at every start from then on.
create table judged_evidence (
    evidence  text primary key,
    judged_at timestamptz not null default alloy_now()
);

-- What a runner reports of a run that the restored database does not know: a late report without a run. The key of runs does not look at rows
-- without a project.
alter table late_reports
    alter column project_id drop not null,
    add column runner_id text,
    add constraint late_reports_by_a_runner foreign key (organization_id, runner_id) references alloy_runners (organization_id, id),
    add constraint late_reports_are_of_a_run check ((project_id is null) = (runner_id is not null));
create index late_reports_without_a_run on late_reports (organization_id, id) where project_id is null;
create index late_reports_of_a_runner on late_reports (runner_id) where runner_id is not null;
