-- Signed statements about approvals, made when the approval was given. One that was given before the first key has none.

create table approval_attestations (
    approval_id     text primary key,
    organization_id text not null,
    project_id      text not null,
    statement       bytea not null,
    digest          text not null,
    key_id          text not null references attestation_keys,
    signature       bytea not null check (length(signature) = 64),
    created_at      timestamptz not null default alloy_now(),
    foreign key (organization_id, project_id, approval_id) references approvals (organization_id, project_id, id),
    check (digest = 'sha256:' || encode(sha256(statement), 'hex'))
);

create trigger approval_attestations_are_immutable before update or delete on approval_attestations
    for each row execute function refuse_change();
create trigger approval_attestations_stay before truncate on approval_attestations
    for each statement execute function refuse_change();
