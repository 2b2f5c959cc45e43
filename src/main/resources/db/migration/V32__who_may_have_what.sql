-- Which runner may have which run, said once: the query that offers runs, accepted, started and the explanation ask the same.
-- The functions are put into the statements that use them.

create function not_allowed_project(q foundry_run_requests, r alloy_runners) returns boolean language sql immutable parallel safe as $$
    select not q.project_id = any (r.allowed_projects)
$$;
create function untrusted_for_effect(q foundry_run_requests, r alloy_runners) returns boolean language sql immutable parallel safe as $$
    select q.effect <> 'read_only' and not q.project_id = any (r.trusted_projects)
$$;
create function does_not_serve_installation(q foundry_run_requests, r alloy_runners) returns boolean
    language sql immutable parallel safe as $$
    select not q.installation_id = any (r.installation_ids)
$$;
create function schema_version_unsupported(q foundry_run_requests, r alloy_runners) returns boolean
    language sql immutable parallel safe as $$
    select not 'alloy.foundry_execution_request.v1' = any (r.supported_schema_versions)
$$;
create function pinned_to_another_runner(q foundry_run_requests, r alloy_runners) returns boolean
    language sql immutable parallel safe as $$
    select q.requested_runner_id is not null and q.requested_runner_id <> r.id
$$;

-- What keeps a runner from every run.
create view runner_conditions as
select r.organization_id,
       r.id as runner_id,
       r.status = 'revoked' as revoked,
       r.status = 'draining' as draining,
       r.max_concurrency <= (
           select count(*) from foundry_run_requests b
           where b.organization_id = r.organization_id and b.runner_id = r.id
             and b.accepted_at is not null and b.completed_at is null
             and b.status in ('accepted', 'executing')) as at_capacity
from alloy_runners r;

-- What keeps a runner from one run, besides run_stop_conditions, which keep all runners from it.
create view run_runner_conditions as
select q.organization_id,
       q.id as run_request_id,
       r.id as runner_id,
       s.revoked,
       pinned_to_another_runner(q, r) as pinned_to_another_runner,
       q.status = 'offered' and q.offer_expires_at > alloy_now() and q.offer_runner_id <> r.id as offered_to_another,
       not_allowed_project(q, r) as not_allowed_project,
       untrusted_for_effect(q, r) as untrusted_for_effect,
       does_not_serve_installation(q, r) as does_not_serve_installation,
       schema_version_unsupported(q, r) as schema_version_unsupported,
       s.draining,
       s.at_capacity
from foundry_run_requests q
join alloy_runners r on r.organization_id = q.organization_id
join runner_conditions s on s.organization_id = r.organization_id and s.runner_id = r.id;
