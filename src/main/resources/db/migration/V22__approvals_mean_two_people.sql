-- Four eyes, scopes and single use hold for whoever speaks plain SQL as well. Source: access.md, “Rules”.

-- How far an approval reaches, and how far a run goes; the enum in the code says the same.
create function approval_reach(scope text) returns integer language sql immutable as $$
    select array_position(array['dry_run', 'audit_only', 'full', 'commit_push', 'release'], scope)
$$;
create function run_needs(entry_event text, throttle text) returns text language sql immutable as $$
    select case
        when entry_event = 'release_requested' then 'release'
        when throttle <> 'full' then throttle
        when entry_event in ('vulnerability_detected', 'scan_requested') then 'release'
        when entry_event in ('greet_requested', 'validation_requested', 'drift_assessment_requested') then 'full'
        else 'commit_push' end
$$;

-- An approval names digests of what it says it approves, and who wrote the prompts last does not let them change code.
create function approve_by_another() returns trigger language plpgsql as $$
declare
    pack prompt_pack_compilations%rowtype;
begin
    select * into strict pack from prompt_pack_compilations p
        where p.organization_id = new.organization_id and p.id = new.prompt_pack_id;
    if pack.digest <> new.prompt_pack_digest
        or not exists (
            select 1 from formation_brief_compilations b
            where b.organization_id = new.organization_id and b.id = new.formation_brief_id and b.digest = new.brief_digest) then
        raise exception 'approval % names other digests than those of what it approves', new.id
            using errcode = 'integrity_constraint_violation';
    end if;
    if new.scope <> 'dry_run' and pack.ordinal > 1 and pack.created_by = new.approved_by
        and exists (
            select 1 from projects j where j.organization_id = new.organization_id and j.id = new.project_id and j.four_eyes) then
        raise exception 'four eyes: % made the last edit of these prompts and does not approve them', new.approved_by
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger approvals_are_by_another before insert on approvals for each row execute function approve_by_another();

-- That an attempt started is not taken back.
create function refuse_unstarting() returns trigger language plpgsql as $$
begin
    raise exception 'attempt % has started', old.id using errcode = 'integrity_constraint_violation';
end $$;
create trigger attempts_stay_started before update of started_at on run_attempts for each row
    when (old.started_at is not null and new.started_at is distinct from old.started_at)
    execute function refuse_unstarting();

-- An approval above dry_run is for one run; it is free again only when that run has ended and never started.
create function bind_once() returns trigger language plpgsql as $$
begin
    if exists (
        select 1 from foundry_run_requests r
        where r.organization_id = old.organization_id and r.id = old.bound_run_request_id
          and (r.completed_at is null or r.started_at is not null
               or exists (
                   select 1 from run_attempts t
                   where t.organization_id = r.organization_id and t.run_request_id = r.id and t.started_at is not null))) then
        raise exception 'approval % is for run %', old.id, old.bound_run_request_id
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger approvals_are_used_once before update of bound_run_request_id on approvals for each row
    when (old.bound_run_request_id is not null and old.bound_run_request_id is distinct from new.bound_run_request_id)
    execute function bind_once();

-- Nothing goes on without an approval.
alter table foundry_run_requests
    add check (status in ('awaiting_approval', 'failed', 'cancelled') or approval_id is not null);

-- A run waits in the queue, and starts, only under an approval that reaches so far, is of its words, and is its own; and gets one only
-- while it is good, at its revision, and from somebody else. Looked at when the transaction ends: run and approval each name the other.
create function run_under_approval() returns trigger language plpgsql as $$
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
    if given.scope <> 'dry_run' and given.bound_run_request_id is distinct from new.id
        and new.status in ('queued', 'offered', 'accepted', 'executing') then
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
        if needed <> 'dry_run' and given.approved_by = new.requested_by
            and exists (
                select 1 from projects j
                where j.organization_id = new.organization_id and j.id = new.project_id and j.four_eyes) then
            raise exception 'four eyes: % asked for run % and approved it', given.approved_by, new.id
                using errcode = 'integrity_constraint_violation';
        end if;
    elsif new.started_at is not null and old.started_at is null and (given.revoked_at is not null or given.voided_at is not null) then
        raise exception 'approval % has ended', given.id using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create constraint trigger runs_come_approved after insert on foundry_run_requests deferrable initially deferred
    for each row execute function run_under_approval();
-- Offers and acceptances lie between two of these, and ends behind them.
create constraint trigger runs_are_approved after update of status, approval_id, queued_at, started_at on foundry_run_requests
    deferrable initially deferred
    for each row when (new.status in ('awaiting_approval', 'queued', 'executing')) execute function run_under_approval();

-- A reviewer's inbox.
create index approvals_by_organization on approvals (organization_id, approved_at desc, id desc);
