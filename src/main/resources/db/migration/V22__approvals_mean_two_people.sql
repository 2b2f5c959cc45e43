-- Four eyes and single use hold for whoever speaks plain SQL as well. Source: access.md, “Rules”.

-- Who wrote the prompts last does not let them change code.
create function approve_by_another() returns trigger language plpgsql as $$
begin
    if new.scope <> 'dry_run'
        and exists (
            select 1 from prompt_pack_compilations p
            join projects j on j.organization_id = p.organization_id and j.id = p.project_id
            where p.organization_id = new.organization_id and p.id = new.prompt_pack_id
              and p.ordinal > 1 and p.created_by = new.approved_by and j.four_eyes) then
        raise exception 'four eyes: % made the last edit of these prompts and does not approve them', new.approved_by
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger approvals_are_by_another before insert on approvals for each row execute function approve_by_another();

-- An approval above dry_run is for one run; it is free again only where that run never started.
create function bind_once() returns trigger language plpgsql as $$
begin
    if exists (
        select 1 from run_attempts t
        where t.organization_id = old.organization_id and t.run_request_id = old.bound_run_request_id
          and t.started_at is not null) then
        raise exception 'approval % was used by run %', old.id, old.bound_run_request_id
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger approvals_are_used_once before update of bound_run_request_id on approvals for each row
    when (old.bound_run_request_id is not null and old.bound_run_request_id is distinct from new.bound_run_request_id)
    execute function bind_once();

-- A run above dry_run waits in the queue, and starts, only under an approval of its own that somebody else gave. Looked at when the
-- transaction ends: run and approval each name the other.
create function run_under_approval() returns trigger language plpgsql as $$
declare
    given approvals%rowtype;
begin
    if new.approval_id is null then
        if new.status in ('queued', 'offered', 'accepted', 'executing') then
            raise exception 'run % has no approval', new.id using errcode = 'integrity_constraint_violation';
        end if;
        return null;
    end if;
    select * into strict given from approvals a where a.organization_id = new.organization_id and a.id = new.approval_id;
    if (given.formation_brief_id, given.brief_digest, given.prompt_pack_digest)
        is distinct from (new.formation_brief_id, new.brief_digest, new.prompt_pack_digest) then
        raise exception 'approval % is not of what run % would execute', given.id, new.id
            using errcode = 'integrity_constraint_violation';
    end if;
    if given.scope <> 'dry_run' and given.bound_run_request_id is distinct from new.id
        and new.status in ('queued', 'offered', 'accepted', 'executing') then
        raise exception 'approval % is not bound to run %', given.id, new.id using errcode = 'integrity_constraint_violation';
    end if;
    -- The project's rule is that of the moment at which the run gets its approval.
    if (new.throttle <> 'dry_run' or new.entry_event = 'release_requested')
        and (tg_op = 'INSERT' or old.approval_id is distinct from new.approval_id) then
        if given.scope = 'dry_run' then
            raise exception 'approval % does not reach as far as run %', given.id, new.id
                using errcode = 'integrity_constraint_violation';
        end if;
        if given.approved_by = new.requested_by
            and exists (
                select 1 from projects j
                where j.organization_id = new.organization_id and j.id = new.project_id and j.four_eyes) then
            raise exception 'four eyes: % asked for run % and approved it', given.approved_by, new.id
                using errcode = 'integrity_constraint_violation';
        end if;
    end if;
    return null;
end $$;
create constraint trigger runs_are_approved after insert or update of approval_id, queued_at, started_at
    on foundry_run_requests deferrable initially deferred
    for each row execute function run_under_approval();

-- A reviewer's inbox.
create index approvals_by_organization on approvals (organization_id, approved_at desc, id desc);
