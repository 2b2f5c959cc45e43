-- The console finds briefs by what stands on a screen or in a log: a digest, a revision, a branch.
create index formation_brief_compilations_by_digest on formation_brief_compilations (organization_id, digest);
create index formation_brief_compilations_by_revision on formation_brief_compilations (organization_id, repo_revision);
create index formation_brief_compilations_by_branch on formation_brief_compilations (organization_id, branch);
