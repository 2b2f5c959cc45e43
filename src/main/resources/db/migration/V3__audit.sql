-- The audit log, and the order in which it is sealed.

create table audit_events (
    id              bigint generated always as identity primary key,
    -- The order in which the log is sealed: by transaction, then by number. Every transaction below the oldest one that is still running
    -- has ended, so nothing can appear there any more; numbers alone may be given out long before their rows are committed.
    tx              bigint not null default (pg_current_xact_id()::text::bigint),
    occurred_at     timestamptz not null default alloy_now(),
    organization_id text,
    project_id      text,
    actor_type      text not null check (actor_type in ('person', 'runner', 'registration', 'callback', 'system', 'anonymous')),
    actor_name      text not null,
    credential_id   text,
    remote_address  text,
    type            text not null,
    target_type     text not null,
    target_id       text not null,
    before_digest   text,
    after_digest    text,
    correlation_id  text,
    detail          jsonb not null default '{}'
);
create index audit_events_by_target on audit_events (target_type, target_id, id);
create index audit_events_in_order on audit_events (organization_id, tx, id);

create trigger audit_events_are_immutable before update or delete on audit_events
    for each row execute function refuse_change();
create trigger audit_events_are_kept before truncate on audit_events
    for each statement execute function refuse_change();

-- A cluster into which the data was restored counts its transactions from the start again. This offset is added to them from then on.
create table audit_order (
    id        boolean primary key default true check (id),
    tx_offset bigint not null
);
insert into audit_order (tx_offset) values (0);

-- Puts rows that are written from now on behind those that are there. To be called before anything is sealed.
create function continue_audit_order() returns boolean language plpgsql as $$
declare
    newest bigint;
    present bigint;
begin
    lock table audit_order in exclusive mode;
    -- One look into the index for each organization in the log, and one for what belongs to none.
    with recursive logged as (
        select min(organization_id) as organization_id from audit_events
        union all
        select (select min(e.organization_id) from audit_events e where e.organization_id > logged.organization_id)
        from logged where logged.organization_id is not null)
    select coalesce(max(tx), 0) into newest from (
        select (select max(e.tx) from audit_events e where e.organization_id = logged.organization_id) as tx from logged
        union all
        select max(tx) from audit_events where organization_id is null) of_each;
    select pg_snapshot_xmax(pg_current_snapshot())::text::bigint + tx_offset into present from audit_order;
    if newest < present then
        return false;
    end if;
    update audit_order set tx_offset = tx_offset + newest + 1 - present;
    execute format('alter table audit_events alter column tx set default (pg_current_xact_id()::text::bigint + %s)',
                   (select tx_offset from audit_order));
    return true;
end $$;
