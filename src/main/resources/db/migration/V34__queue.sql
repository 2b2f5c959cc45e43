-- Runs that wait, and branches that are taken, in narrow tables of their own. They follow the run's row by themselves, so that nobody can
-- forget them; the run's row has no index on what a move changes, but for its end. docs/adr/0027.

create table run_queue (
    run_request_id      text primary key,
    organization_id     text not null,
    project_id          text not null,
    installation_id     text not null,
    formation_brief_id  text not null,
    effect              text not null,
    requested_runner_id text,
    -- awaiting_approval, queued, offered
    status              text not null,
    queued_at           timestamptz,
    parked              boolean not null,
    expires_at          timestamptz,
    queue_expires_at    timestamptz,
    -- The offer that stands, or stood last.
    offered_at          timestamptz,
    offer_runner_id     text,
    offer_expires_at    timestamptz,
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1);

-- One mutating run a branch between its acceptance and its end, a lost one included; whatever the code does.
create table branch_holds (
    project_id      text not null,
    branch          text not null,
    organization_id text not null,
    run_request_id  text not null unique,
    primary key (project_id, branch),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id)
);

create function follow_run() returns trigger language plpgsql as $$
declare
    waited boolean := coalesce(old.status in ('awaiting_approval', 'queued', 'offered'), false);
    waits boolean := new.status in ('awaiting_approval', 'queued', 'offered');
    held boolean := coalesce(old.effect = 'mutating' and old.accepted_at is not null and old.completed_at is null, false);
    holds boolean := new.effect = 'mutating' and new.accepted_at is not null and new.completed_at is null;
begin
    if waits and not waited then
        insert into run_queue (run_request_id, organization_id, project_id, installation_id, formation_brief_id, effect,
            requested_runner_id, status, queued_at, parked, expires_at, queue_expires_at, offered_at, offer_runner_id, offer_expires_at)
        values (new.id, new.organization_id, new.project_id, new.installation_id, new.formation_brief_id, new.effect,
            new.requested_runner_id, new.status, new.queued_at, new.parked_at is not null, new.expires_at, new.queue_expires_at,
            new.offered_at, new.offer_runner_id, new.offer_expires_at);
    elsif waited and not waits then
        delete from run_queue where run_request_id = new.id;
    elsif waits
        and (old.status, old.queued_at, old.parked_at, old.queue_expires_at, old.offered_at, old.offer_runner_id, old.offer_expires_at)
            is distinct from
            (new.status, new.queued_at, new.parked_at, new.queue_expires_at, new.offered_at, new.offer_runner_id, new.offer_expires_at)
    then
        update run_queue
        set status = new.status, queued_at = new.queued_at, parked = new.parked_at is not null,
            queue_expires_at = new.queue_expires_at, offered_at = new.offered_at, offer_runner_id = new.offer_runner_id,
            offer_expires_at = new.offer_expires_at
        where run_request_id = new.id;
    end if;
    if holds and not held then
        insert into branch_holds (project_id, branch, organization_id, run_request_id)
        values (new.project_id, new.branch, new.organization_id, new.id);
    elsif held and not holds then
        delete from branch_holds where run_request_id = new.id;
    end if;
    return null;
end $$;
create trigger runs_are_followed after insert or update on foundry_run_requests for each row execute function follow_run();

insert into run_queue (run_request_id, organization_id, project_id, installation_id, formation_brief_id, effect, requested_runner_id,
    status, queued_at, parked, expires_at, queue_expires_at, offered_at, offer_runner_id, offer_expires_at)
select id, organization_id, project_id, installation_id, formation_brief_id, effect, requested_runner_id,
    status, queued_at, parked_at is not null, expires_at, queue_expires_at, offered_at, offer_runner_id, offer_expires_at
from foundry_run_requests where status in ('awaiting_approval', 'queued', 'offered');
insert into branch_holds (project_id, branch, organization_id, run_request_id)
select project_id, branch, organization_id, id from foundry_run_requests
where effect = 'mutating' and accepted_at is not null and completed_at is null;

-- In the order in which a project's runs are taken.
create index run_queue_in_order on run_queue (organization_id, project_id, queued_at, run_request_id) where queued_at is not null;
create index run_queue_by_brief on run_queue (formation_brief_id);
create index run_queue_by_offer on run_queue (organization_id, offer_runner_id, offer_expires_at) where status = 'offered';
create index run_queue_by_turn on run_queue (project_id, offered_at desc) where offered_at is not null;
-- What a runner has at the moment, and when a project was served; a runner's history does not slow this down.
create index run_attempts_under_way on run_attempts (organization_id, runner_id) where lease_expires_at is not null;
create index run_attempts_by_turn on run_attempts (project_id, accepted_at desc);

drop index foundry_run_requests_by_offer, foundry_run_requests_by_queue_end, foundry_run_requests_by_runner, foundry_run_requests_turns,
    foundry_run_requests_queue;

create or replace view run_stop_conditions as
select q.organization_id,
       q.id as run_request_id,
       a.expires_at <= alloy_now() as approval_expired,
       a.revoked_at is not null or a.voided_at is not null
           or a.scope <> 'dry_run' and a.bound_run_request_id is distinct from q.id
           or b.digest <> q.brief_digest or p.digest <> q.prompt_pack_digest
           or a.brief_digest <> q.brief_digest or a.prompt_pack_digest <> q.prompt_pack_digest
           or b.status not in ('compiled', 'approved') as approval_stale,
       i.connection_type = 'manual' or b.target ->> 'mode' = 'manual_projection' as manual_only,
       i.status in ('retired', 'incompatible')
           or not ((b.manifest_digest, b.connection_type) is not distinct from (i.manifest_digest, i.connection_type)
               or exists (
                   select 1 from target_evaluations t
                   where t.formation_brief_id = b.id and t.manifest_digest = i.manifest_digest
                     and t.connection_type = i.connection_type and t.holds))
           or q.throttle <> b.throttle and not lists_throttle(i.id, i.manifest_digest, q.throttle) as manifest_mismatch,
       q.effect = 'mutating'
           and exists (
               select 1 from branch_holds h
               where h.project_id = q.project_id and h.branch = q.branch and h.run_request_id <> q.id) as branch_busy
from foundry_run_requests q
join formation_brief_compilations b on b.organization_id = q.organization_id and b.id = q.formation_brief_id
join prompt_pack_compilations p on p.organization_id = q.organization_id and p.id = q.prompt_pack_id
join foundry_installations i on i.owning_organization_id = q.organization_id and i.id = q.installation_id
join approvals a on a.organization_id = q.organization_id and a.id = q.approval_id;
drop index foundry_run_requests_one_a_branch;

-- Which runner may have which run: asked of the queue's rows and of the runs'.
drop view run_runner_conditions;
drop view runner_conditions;
drop function not_allowed_project;
drop function untrusted_for_effect;
drop function does_not_serve_installation;
drop function schema_version_unsupported;
drop function pinned_to_another_runner;

create function not_allowed_project(project text, r alloy_runners) returns boolean language sql immutable parallel safe as $$
    select not project = any (r.allowed_projects)
$$;
create function untrusted_for_effect(project text, effect text, r alloy_runners) returns boolean
    language sql immutable parallel safe as $$
    select effect <> 'read_only' and not project = any (r.trusted_projects)
$$;
create function does_not_serve_installation(installation text, r alloy_runners) returns boolean
    language sql immutable parallel safe as $$
    select not installation = any (r.installation_ids)
$$;
create function schema_version_unsupported(r alloy_runners) returns boolean language sql immutable parallel safe as $$
    select not 'alloy.foundry_execution_request.v1' = any (r.supported_schema_versions)
$$;
create function pinned_to_another_runner(requested text, r alloy_runners) returns boolean language sql immutable parallel safe as $$
    select requested is not null and requested <> r.id
$$;

-- What keeps a runner from every run. An attempt with a lease is one that the runner is at.
create view runner_conditions as
select r.organization_id,
       r.id as runner_id,
       r.status = 'revoked' as revoked,
       r.status = 'draining' as draining,
       r.max_concurrency <= (
           select count(*) from run_attempts t
           where t.organization_id = r.organization_id and t.runner_id = r.id and t.lease_expires_at is not null) as at_capacity
from alloy_runners r;

-- What keeps a runner from one run, besides run_stop_conditions, which keep all runners from it.
create view run_runner_conditions as
select q.organization_id,
       q.id as run_request_id,
       r.id as runner_id,
       s.revoked,
       pinned_to_another_runner(q.requested_runner_id, r) as pinned_to_another_runner,
       q.status = 'offered' and q.offer_expires_at > alloy_now() and q.offer_runner_id <> r.id as offered_to_another,
       not_allowed_project(q.project_id, r) as not_allowed_project,
       untrusted_for_effect(q.project_id, q.effect, r) as untrusted_for_effect,
       does_not_serve_installation(q.installation_id, r) as does_not_serve_installation,
       schema_version_unsupported(r) as schema_version_unsupported,
       s.draining,
       s.at_capacity
from foundry_run_requests q
join alloy_runners r on r.organization_id = q.organization_id
join runner_conditions s on s.organization_id = r.organization_id and s.runner_id = r.id;
