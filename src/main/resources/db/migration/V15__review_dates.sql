-- A waiver is looked at again on a day, as people plan it; it may well end before.
alter table evidence_waivers drop constraint evidence_waivers_check;
alter table evidence_waivers rename column review_at to review_date;
alter table evidence_waivers alter column review_date type date using (review_date at time zone 'UTC')::date;
alter table evidence_waivers add check (created_at < expires_at);
