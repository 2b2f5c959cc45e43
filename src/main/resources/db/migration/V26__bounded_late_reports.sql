-- Equal reports are kept once, and none is read to tell its digest or its size.
alter table late_reports
    add column digest text generated always as ('sha256:' || encode(sha256(body), 'hex')) stored,
    add column bytes integer generated always as (octet_length(body)) stored;
create index late_reports_by_digest on late_reports (run_request_id, reason, digest);
