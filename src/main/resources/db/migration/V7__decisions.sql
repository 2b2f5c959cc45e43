-- What people decide about what was compiled: other words for a prompt, rejected overlays, briefs that are out of use.

alter table formation_brief_compilations
    add column closed_by text,
    add column closed_at timestamptz,
    add column closing_reason text,
    add check ((closed_by is null) = (closed_at is null)),
    add check ((status in ('rejected', 'archived')) = (closed_by is not null)),
    add check ((status = 'rejected') = (closing_reason is not null));

alter table gate_overlays
    add column rejected_by text,
    add column rejected_at timestamptz,
    add column rejection_reason text,
    add check (num_nonnulls(rejected_by, rejected_at, rejection_reason) in (0, 3)),
    add check ((status = 'rejected') = (rejected_by is not null));

-- An approval is of exactly these words. When a pack is edited, or the brief is taken out of use, it counts no more.
alter table approvals
    add column voided_at timestamptz,
    add column voided_because text check (voided_because in ('prompt_edited', 'brief_archived')),
    add check ((voided_at is null) = (voided_because is null));

create function refuse_revival() returns trigger language plpgsql as $$
begin
    raise exception 'an approval that was voided or revoked stays so' using errcode = 'integrity_constraint_violation';
end $$;
create trigger ended_approvals_stay_ended before update on approvals for each row
    when ((old.voided_at is not null and (new.voided_at, new.voided_because) is distinct from (old.voided_at, old.voided_because))
          or (old.revoked_at is not null
              and (new.revoked_at, new.revoked_by, new.revocation_reason)
                  is distinct from (old.revoked_at, old.revoked_by, old.revocation_reason)))
    execute function refuse_revival();
