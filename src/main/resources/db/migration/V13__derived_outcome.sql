-- What follows from a result, apart from what it claims of itself; and what its judge found. Results that were taken before have neither.
alter table foundry_run_results add column derived jsonb not null
    default '{"executed": null, "verified": null, "committed": null, "pushed": null, "no_op": null}';
alter table foundry_run_results add column findings jsonb not null default '[]';
