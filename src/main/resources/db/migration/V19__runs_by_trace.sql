-- From a trace, and from a Foundry that knows its trace id alone, to the run.
create index run_attempts_by_trace on run_attempts (trace_id);
