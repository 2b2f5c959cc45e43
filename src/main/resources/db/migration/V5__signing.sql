-- Public keys of all replicas. They are kept for good: a signature is verified with its key's row long after the private key is gone.

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
