-- Public keys of all replicas, for good: what a key signed is verified with its row long after the key itself is gone.
create table attestation_keys (
    key_id         text primary key check (key_id ~ '^sha256:[0-9a-f]{64}$'),
    algorithm      text not null check (algorithm = 'ed25519'),
    public_key     bytea not null unique check (length(public_key) = 44),
    replica        text not null,
    valid_from     timestamptz not null default alloy_now(),
    valid_to       timestamptz,
    check (valid_to >= valid_from),
    check (key_id = 'sha256:' || encode(sha256(public_key), 'hex'))
);
create index attestation_keys_of_replica on attestation_keys (replica) where valid_to is null;
create trigger attestation_keys_are_immutable
    before update of key_id, algorithm, public_key, replica, valid_from on attestation_keys
    for each row execute function refuse_change();
create function refuse_reuse_of_key() returns trigger language plpgsql as $$
begin
    if old.valid_to is not null then
        raise exception 'a key that has ended stays so' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger attestation_keys_end_once before update of valid_to on attestation_keys
    for each row execute function refuse_reuse_of_key();
create trigger attestation_keys_are_kept before delete on attestation_keys
    for each row execute function refuse_change();
create trigger attestation_keys_stay before truncate on attestation_keys
    for each statement execute function refuse_change();

-- What was said of an approval when it was given, signed then. Approvals from before the first key have none.
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
