-- What is looked at again and again of a trace, bounded; the whole summary is read only where it is shown.
alter table trace_imports add column gist jsonb not null default '{}';
