-- Touches tables of other modules in each way that a migration can. Never run.

-- A key to a table above.
create table planted_trace (
    id        text primary key,
    result_id text not null references foundry_run_results
);

-- A view, an SQL function and a trigger's function that read above.
create view planted_view as
select t.id from trace_imports t join approvals a on a.organization_id = t.organization_id;
create function planted_function(brief text) returns boolean language sql stable as $$
    select exists (select 1 from evidence_waivers w where w.formation_brief_id = brief)
$$;
create function planted_reader() returns trigger language plpgsql as $$
begin
    if exists (select 1 from run_accounts c where c.run_request_id = new.run_request_id) then
        return null;
    end if;
    return new;
end $$;

-- A trigger's function that writes what belongs to another module, and a trigger on a table above.
create function planted_writer() returns trigger language plpgsql as $$
begin
    update run_queue set parked = true where run_request_id = new.run_request_id;
    return new;
end $$;
create trigger planted_trigger after insert on planted_outcome for each row execute function planted_writer();

-- Rows, a column and an index of another module's tables.
insert into run_events (type) values ('planted');
alter table run_attempts add column planted text;
create index planted_index on late_reports (received_at);

-- All of this is fine: a key and a trigger on tables below, and its own.
alter table run_queue add foreign key (run_request_id) references trace_imports (id);
create trigger planted_below before update of status, queued_at on foundry_run_requests for each row
    when (old.status <> new.status) execute function planted_reader();
update trace_imports set gist = '{}';
