-- What the inbox lists is the few of many that came lately, or are due.
create index late_reports_lately on late_reports (organization_id, received_at);
create index evidence_waivers_by_review on evidence_waivers (organization_id, review_date);
