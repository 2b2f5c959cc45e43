-- Which run an approval above dry_run lets go on: a row each, so that one that is bound is bound once and queueing a run writes no approval.

create table approval_bindings (
    approval_id     text primary key,
    organization_id text not null,
    project_id      text not null,
    run_request_id  text not null,
    bound_at        timestamptz not null default alloy_now(),
    foreign key (organization_id, project_id, approval_id) references approvals (organization_id, project_id, id),
    foreign key (organization_id, project_id, run_request_id) references foundry_run_requests (organization_id, project_id, id)
);
create index approval_bindings_by_run on approval_bindings (run_request_id);
insert into approval_bindings (approval_id, organization_id, project_id, run_request_id)
select id, organization_id, project_id, bound_run_request_id from approvals where bound_run_request_id is not null;

-- An approval above dry_run is for one run; it is free again only when that run has ended and never started.
create or replace function bind_once() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' or exists (
        select 1 from foundry_run_requests r
        where r.organization_id = old.organization_id and r.id = old.run_request_id
          and (r.completed_at is null or r.started_at is not null
               or exists (
                   select 1 from run_attempts t
                   where t.organization_id = r.organization_id and t.run_request_id = r.id and t.started_at is not null))) then
        raise exception 'approval % is for run %', old.approval_id, old.run_request_id
            using errcode = 'integrity_constraint_violation';
    end if;
    return old;
end $$;
drop trigger approvals_are_used_once on approvals;
create trigger approvals_are_used_once before update or delete on approval_bindings for each row execute function bind_once();
create trigger approval_bindings_stay before truncate on approval_bindings for each statement execute function refuse_change();

create or replace view run_stop_conditions as
select q.organization_id,
       q.id as run_request_id,
       a.expires_at <= alloy_now() as approval_expired,
       a.revoked_at is not null or a.voided_at is not null
           or a.scope <> 'dry_run'
              and not exists (select 1 from approval_bindings n where n.approval_id = a.id and n.run_request_id = q.id)
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

create or replace function run_under_approval() returns trigger language plpgsql as $$
declare
    given approvals%rowtype;
    needed text := run_needs(new.entry_event, new.throttle);
begin
    if new.approval_id is null then
        return null;
    end if;
    select * into strict given from approvals a where a.organization_id = new.organization_id and a.id = new.approval_id;
    if (given.formation_brief_id, given.brief_digest, given.prompt_pack_digest)
        is distinct from (new.formation_brief_id, new.brief_digest, new.prompt_pack_digest) then
        raise exception 'approval % is not of what run % would execute', given.id, new.id
            using errcode = 'integrity_constraint_violation';
    end if;
    if approval_reach(given.scope) < approval_reach(needed) then
        raise exception 'approval % does not reach as far as run %', given.id, new.id
            using errcode = 'integrity_constraint_violation';
    end if;
    if given.scope <> 'dry_run' and new.status in ('queued', 'offered', 'accepted', 'executing')
        and not exists (select 1 from approval_bindings n where n.approval_id = given.id and n.run_request_id = new.id) then
        raise exception 'approval % is not bound to run %', given.id, new.id using errcode = 'integrity_constraint_violation';
    end if;
    -- What holds of the moment at which the run gets its approval.
    if tg_op = 'INSERT' or old.approval_id is distinct from new.approval_id then
        if given.revoked_at is not null or given.voided_at is not null or given.expires_at <= alloy_now() then
            raise exception 'approval % has ended', given.id using errcode = 'integrity_constraint_violation';
        end if;
        if given.drift_policy = 'exact' and not starts_with(new.repo_revision, given.repo_revision)
            and not starts_with(given.repo_revision, new.repo_revision) then
            raise exception 'approval % is of another revision than run %', given.id, new.id
                using errcode = 'integrity_constraint_violation';
        end if;
        if new.needs_new_approval and given.approved_at <= new.requested_at then
            raise exception 'approval % was given before run % was asked for again', given.id, new.id
                using errcode = 'integrity_constraint_violation';
        end if;
        if needed <> 'dry_run' and (given.approved_by = new.requested_by or given.by_author)
            and exists (
                select 1 from projects j
                where j.organization_id = new.organization_id and j.id = new.project_id and j.four_eyes) then
            raise exception 'four eyes: % approved run %, and asked for it or wrote what it would execute', given.approved_by, new.id
                using errcode = 'integrity_constraint_violation';
        end if;
    elsif new.started_at is not null and old.started_at is null and (given.revoked_at is not null or given.voided_at is not null) then
        raise exception 'approval % has ended', given.id using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;

alter table approvals drop column bound_run_request_id;
