-- That somebody answers for evidence that is missing or speaks against a run. Kept when it has expired.
create table evidence_waivers (
    id                     text primary key check (id ~ '^waiver_'),
    organization_id        text not null,
    project_id             text not null,
    formation_brief_id     text not null,
    evidence_definition_id text not null,
    reason                 text not null,
    waived_by              text not null,
    review_at              timestamptz not null,
    expires_at             timestamptz not null,
    created_at             timestamptz not null default alloy_now(),
    check (created_at < review_at and review_at <= expires_at),
    foreign key (organization_id, project_id, formation_brief_id, evidence_definition_id)
        references evidence_definitions (organization_id, project_id, formation_brief_id, id)
);
create index evidence_waivers_by_brief on evidence_waivers (formation_brief_id, evidence_definition_id, created_at desc);
create trigger evidence_waivers_are_immutable before update or delete on evidence_waivers
    for each row execute function refuse_change();
create trigger evidence_waivers_stay before truncate on evidence_waivers
    for each statement execute function refuse_change();
