-- A registration token may leave it to the runner which installations it serves, of those that its projects can target.
alter table registration_tokens alter column installation_ids drop not null;

-- Of an installation that a runner named itself it may only repeat the manifest that is there, until a person has confirmed it.
alter table alloy_runners add column confirmed_installation_ids text[] not null default '{}';
update alloy_runners set confirmed_installation_ids = installation_ids;
alter table alloy_runners add check (confirmed_installation_ids <@ installation_ids);

-- What an ended run says of its past is as immutable as its end.
create trigger ended_runs_keep_their_past
    before update on foundry_run_requests for each row
    when (old.completed_at is not null
          and (old.state_since, old.offered_at, old.offer_runner_id, old.offer_expires_at, old.offer_trace_id, old.unanswered_offers,
               old.supersedes, old.reexecution_ordinal, old.reexecution_reason, old.correlation_id)
              is distinct from
              (new.state_since, new.offered_at, new.offer_runner_id, new.offer_expires_at, new.offer_trace_id, new.unanswered_offers,
               new.supersedes, new.reexecution_ordinal, new.reexecution_reason, new.correlation_id))
    execute function refuse_change();
create trigger successors_stay before update of superseded_by on foundry_run_requests
    for each row when (old.superseded_by is not null and new.superseded_by is distinct from old.superseded_by)
    execute function refuse_change();
