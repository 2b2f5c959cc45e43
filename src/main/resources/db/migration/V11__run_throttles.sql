-- A run may go less far than its brief. Whether the installation knows that throttle is asked of what it reports now: Foundry takes
-- a mode it does not know for the widest.
create function lists_throttle(installation text, manifest text, throttle text) returns boolean language sql stable as $$
    select coalesce((
        select convert_from(m.content, 'UTF8')::jsonb -> 'supported_throttle_modes' ? throttle
        from installation_manifests m where m.installation_id = installation and m.digest = manifest), false)
$$;

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
               select 1 from foundry_run_requests o
               where o.project_id = q.project_id and o.branch = q.branch and o.effect = 'mutating' and o.id <> q.id
                 and o.accepted_at is not null and o.completed_at is null) as branch_busy
from foundry_run_requests q
join formation_brief_compilations b on b.organization_id = q.organization_id and b.id = q.formation_brief_id
join prompt_pack_compilations p on p.organization_id = q.organization_id and p.id = q.prompt_pack_id
join foundry_installations i on i.owning_organization_id = q.organization_id and i.id = q.installation_id
join approvals a on a.organization_id = q.organization_id and a.id = q.approval_id;
