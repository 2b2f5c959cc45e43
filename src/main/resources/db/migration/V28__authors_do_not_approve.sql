-- Four eyes: who compiled a brief, or edited its prompts since somebody else approved them, does not let it change code. access.md, “Rules”.

-- Whether the person compiled the brief, or made an edit up to this pack that no other person has approved above dry_run.
create function is_author(organization text, brief text, up_to integer, person text) returns boolean language sql stable as $$
    select exists (
            select 1 from formation_brief_compilations b
            where b.organization_id = organization and b.id = brief and b.created_by = person)
        or exists (
            select 1 from prompt_pack_compilations e
            where e.organization_id = organization and e.formation_brief_id = brief
              and e.ordinal > 1 and e.ordinal <= up_to and e.created_by = person
              and not exists (
                  select 1 from approvals a
                  join prompt_pack_compilations p on p.organization_id = a.organization_id and p.id = a.prompt_pack_id
                  where a.organization_id = organization and a.formation_brief_id = brief and a.scope <> 'dry_run'
                    and a.approved_by <> person and a.revoked_at is null and p.ordinal >= e.ordinal))
$$;

-- An approval above dry_run by an author; possible only while the project asks for one person, and worth nothing once it asks for two.
alter table approvals add column by_author boolean not null default false;
update approvals a set by_author = true
from prompt_pack_compilations p
where p.organization_id = a.organization_id and p.id = a.prompt_pack_id and a.scope <> 'dry_run'
  and is_author(a.organization_id, a.formation_brief_id, p.ordinal, a.approved_by);
create trigger authors_stay_authors before update on approvals for each row
    when (old.by_author is distinct from new.by_author) execute function refuse_change();

create or replace function approve_by_another() returns trigger language plpgsql as $$
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
    new.by_author := new.scope <> 'dry_run'
        and is_author(new.organization_id, new.formation_brief_id, pack.ordinal, new.approved_by);
    if new.by_author
        and exists (
            select 1 from projects j where j.organization_id = new.organization_id and j.id = new.project_id and j.four_eyes) then
        raise exception 'four eyes: % compiled this brief or edited its prompts and does not approve it', new.approved_by
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

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
