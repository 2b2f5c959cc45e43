-- Sealed batches of the audit log, in the log's order. Each is chained to the one before, in a chain for each organization and one for
-- what belongs to no organization.

create table audit_batches (
    chain           text not null,
    number          bigint not null check (number >= 1),
    organization_id text references organizations,
    last_tx         bigint not null,
    last_event_id   bigint not null,
    -- What was sealed, in its order: the events' numbers, and the hashes of their content.
    event_ids       bigint[] not null check (cardinality(event_ids) >= 1),
    leaves          bytea not null,
    checkpoint      bytea not null,
    digest          text not null,
    key_id          text not null references attestation_keys,
    signature       bytea not null check (length(signature) = 64),
    sealed_at       timestamptz not null default alloy_now(),
    primary key (chain, number),
    check (chain = coalesce(organization_id, '')),
    check (length(leaves) = 32 * cardinality(event_ids)),
    check (digest = 'sha256:' || encode(sha256(checkpoint), 'hex'))
);

create trigger audit_batches_are_immutable before update or delete on audit_batches
    for each row execute function refuse_change();
create trigger audit_batches_stay before truncate on audit_batches
    for each statement execute function refuse_change();
