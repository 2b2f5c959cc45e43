-- The order in which the log is sealed: by transaction, then by number. Every transaction below the oldest one that is still running has
-- ended, so that nothing can appear there any more; the numbers alone may be given out long before their rows are committed.
alter table audit_events add column tx bigint not null default (pg_current_xact_id()::text::bigint);
create index audit_events_in_order on audit_events (organization_id, tx, id);
drop index audit_events_by_organization;

-- Transaction numbers begin anew in a cluster that the data was restored into; this is what is added to them since then.
create table audit_order (
    id        boolean primary key default true check (id),
    tx_offset bigint not null
);
insert into audit_order (tx_offset) values (0);

-- To be called before anything is sealed: lets rows that are written from now on come behind those that are there.
create function continue_audit_order() returns boolean language plpgsql as $$
declare
    newest bigint;
    present bigint;
begin
    lock table audit_order in exclusive mode;
    select coalesce(max(tx), 0) into newest from (
        select (select max(tx) from audit_events where organization_id = o.id) as tx from organizations o
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

-- Batches of the log in that order, each chained to the one before: of an organization, or of what belongs to none.
create table audit_batches (
    chain           text not null,
    number          bigint not null check (number >= 1),
    organization_id text references organizations,
    last_tx         bigint not null,
    last_event_id   bigint not null,
    -- What was sealed, in its order: the events' numbers, and the hashes of what they say.
    event_ids       bigint[] not null check (cardinality(event_ids) >= 1),
    leaves          bytea not null,
    checkpoint      bytea not null,
    digest          text not null,
    key_id          text not null references attestation_keys,
    signature       bytea not null check (length(signature) = 64),
    sealed_at       timestamptz not null default alloy_now(),
    primary key (chain, number),
    check (chain = coalesce(organization_id, '')),
    check (length(leaves) = 32 * cardinality(event_ids)),
    check (digest = 'sha256:' || encode(sha256(checkpoint), 'hex'))
);
create trigger audit_batches_are_immutable before update or delete on audit_batches
    for each row execute function refuse_change();
create trigger audit_batches_stay before truncate on audit_batches
    for each statement execute function refuse_change();
