-- Which evidence that the database is not whole was judged already. docs/adr/0029.

-- What spoke against the database once does not park its runs at every start from then on.
create table judged_evidence (
    evidence  text primary key,
    judged_at timestamptz not null default alloy_now()
);
