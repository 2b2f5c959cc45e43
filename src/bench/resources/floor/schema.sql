-- The least that a queue of runs with kept results needs: one table, one unique key, one queue index, one result a run.
drop schema if exists floor cascade;
create schema floor;
create table floor.job (
    id bigint generated always as identity primary key,
    organization text not null default 'acme',
    key text not null,
    queue text not null default 'one',
    state text not null default 'queued',
    holder text,
    lease_token uuid,
    lease_expires_at timestamptz,
    payload jsonb not null,
    created_at timestamptz not null default clock_timestamp(),
    changed_at timestamptz not null default clock_timestamp());
create unique index job_key on floor.job (organization, key);
create index job_queue on floor.job (queue, id) where state = 'queued';
-- Not on the state: such a predicate lures the planner away from the primary key.
create index job_lease on floor.job (lease_expires_at) where lease_expires_at is not null;
create table floor.outcome (
    job_id bigint primary key references floor.job (id),
    state text not null,
    body jsonb not null,
    created_at timestamptz not null default clock_timestamp());
