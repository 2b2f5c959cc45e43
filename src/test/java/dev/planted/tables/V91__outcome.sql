-- A table of a module above the planted trace. Never run.
create table planted_outcome (
    id text primary key
);
