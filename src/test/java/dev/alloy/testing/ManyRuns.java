package dev.alloy.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Makes a past: runs of one organization in all states, by many people, with values that nearly all have, that few have and that one has.
 * They are written without the rules of the database, which takes a hundredth of the time; their foreign keys lead nowhere.
 */
public final class ManyRuns {

    /** A value that one of many thousand runs has. */
    public static final String RARE = "rare";

    private ManyRuns() {}

    /**
     * Writes them.
     *
     * @param organization the organization, which must be there
     * @param ended how many have ended
     * @param waiting how many wait, a tenth of them for an approval
     */
    public static void make(DataSource database, String organization, int ended, int waiting) throws SQLException {
        int all = ended + waiting;
        try (Connection connection = database.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("set session_replication_role = replica");
            // Arithmetic instead of chance: the same in every run. Primes keep the values of a run apart from each
            // other.
            sql.execute("""
                    create temp table past as
                    select n, 'runreq_' || upper(substr(md5('%4$s'), 1, 6)) || lpad(n::text, 20, '0') as id,
                        'project-' || (n * 7919 %% 1009)::bigint * (n * 7919 %% 1009) / 10181 as project,
                        case when n %% %1$d = 7 then '%3$s' when n between %1$d / 9 and %1$d / 9 + 60 then 'left' else 'person-' || (n * 104729 %% 997)::bigint * (n * 104729 %% 997) / 9941 end as person,
                        case when n %% %1$d = 9 then '%3$s' else 'inst-' || n * 31 %% 37 end as installation,
                        case when n %% %1$d = 11 then '%3$s' else 'branch-' || n * 131 %% 1013 end as branch,
                        'brief-' || n * 17 %% 5003 as brief,
                        case when n %% %1$d = 13 then '%3$s' else 'runner-' || n * 41 %% 211 end as runner,
                        case when n %% 3 = 0 then 'mutating' else 'read_only' end as effect,
                        case when n %% %1$d = 15 then 'full' when n %% 5 < 3 then 'dry_run' else 'audit_only' end as throttle,
                        case when n %% %1$d = 17 then '%3$s' else 'event-' || n %% 4 end as event,
                        case when n > %1$d and n %% 10 = 0 then 'awaiting_approval' when n > %1$d then 'queued'
                            when n %% %1$d = 19 then 'cancelled' when n %% (%1$d / 4) = 21 then 'lost'
                            when n %% (%1$d / 4) = 22 then 'executing' when n %% (%1$d / 4) = 23 then 'accepted'
                            when n %% (%1$d / 4) = 24 then 'offered' when n %% 20 = 1 then 'failed'
                            when n %% 23 = 1 then 'completed_with_findings' else 'completed' end as status,
                        n %% (%1$d / 3) = 29 as parked,
                        -- Several at the same time.
                        timestamptz '2026-01-01T00:00:00Z' + (n - n %% 3) * interval '30 seconds' as at
                    from generate_series(1::bigint, %2$d) n
                    """.formatted(ended, all, RARE, organization));
            sql.execute("""
                    update past set effect = 'mutating' where status = 'lost';
                    update past set parked = false where status in ('offered', 'accepted', 'executing', 'lost')
                    """);
            sql.execute("""
                    insert into foundry_run_requests (id, organization_id, project_id, installation_id, formation_brief_id, brief_digest,
                        prompt_pack_id, prompt_pack_digest, prompt_pack_edited, entry_event, payload, throttle, effect, repo_path,
                        repo_revision, branch, idempotency_key, requested_by, requested_at, status, state_since, approval_id, queued_at,
                        queue_expires_at, parked_at, parked_reason, offered_at, offer_runner_id, offer_expires_at, runner_id, attempts,
                        accepted_at, started_at, completed_at, failure_category, failure_code, result_id, claimed_status,
                        account_version, account_status, foundry_run_id)
                    select id, '%1$s', project, installation, brief, 'sha256:' || repeat('a', 64), 'pack-%1$s-' || n, 'sha256:' || repeat('b', 64),
                        false, event, convert_to('{"text":"' || repeat(md5(n::text), 15) || '"}', 'UTF8'), throttle, effect, '/srv/shop',
                        repeat('c', 40), branch, 'sha256:' || encode(sha256(convert_to('%1$s' || n, 'UTF8')), 'hex'), person, at, status,
                        case when status in ('awaiting_approval', 'queued') then at else at + interval '5 minutes' end,
                        case when status <> 'awaiting_approval' then 'appr-' || n end,
                        case when status <> 'awaiting_approval' then at end,
                        case when status in ('queued', 'offered') then at + interval '3650 days' end,
                        case when parked then at end, case when parked then 'reason-' || n %% 2 end,
                        case when status = 'offered' then at end, case when status = 'offered' then runner end,
                        case when status = 'offered' then at end,
                        case when status not in ('awaiting_approval', 'queued', 'offered') then runner end,
                        case when status in ('awaiting_approval', 'queued', 'offered') then 0 else 1 end,
                        case when status not in ('awaiting_approval', 'queued', 'offered') then at + interval '1 minute' end,
                        case when status not in ('awaiting_approval', 'queued', 'offered', 'accepted') then at + interval '2 minutes' end,
                        case when ended then at + interval '5 minutes' end,
                        case when status = 'failed' then 'execution' end, case when status = 'failed' then 'x' end,
                        case when ended then 'result-' || n end, case when ended then status end,
                        case when ended and n %% 7 > 0 then 1 end,
                        case when ended and n %% 7 > 0 then case when n %% 999 = 33 then 'failed' else status end end,
                        case when ended then 'foundry-' || case when n %% 1000 < 3 then 'same' else n::text end end
                    from (select *, status in ('completed', 'completed_with_findings', 'failed', 'cancelled') as ended from past) p
                    order by at, id
                    """.formatted(organization));
            sql.execute("""
                    insert into run_facets select organization_id, project_id, id, requested_at, requested_by, installation_id, branch,
                        effect, throttle, entry_event from foundry_run_requests where organization_id = '%1$s';
                    insert into run_ends select organization_id, id, requested_at, status, coalesce(account_status, ''), parked_at is not null
                        from foundry_run_requests where completed_at is not null and organization_id = '%1$s';
                    insert into run_queue (run_request_id, organization_id, project_id, installation_id, formation_brief_id, effect,
                        requested_at, status, queued_at, parked, queue_expires_at, offered_at, offer_runner_id, offer_expires_at)
                    select id, organization_id, project_id, installation_id, formation_brief_id, effect, requested_at, status, queued_at,
                        parked_at is not null, queue_expires_at, offered_at, offer_runner_id, offer_expires_at
                    from foundry_run_requests
                    where status in ('awaiting_approval', 'queued', 'offered') and organization_id = '%1$s';
                    insert into branch_holds select project_id, branch || id, organization_id, id from foundry_run_requests
                    where status in ('accepted', 'executing', 'lost') and effect = 'mutating' and organization_id = '%1$s';
                    insert into run_attempts (organization_id, project_id, run_request_id, attempt, id, runner_id, trace_id,
                        lease_token_hashes, callback_token_hashes, lease_expires_at, accepted_at, requested_at, started_at, ended_at)
                    select organization_id, project_id, id, a, 'attempt-' || id || a, runner_id, md5(id || a), array['\\x00'::bytea],
                        array['\\x00'::bytea], case when status in ('accepted', 'executing') and a = 2 then accepted_at end, accepted_at,
                        requested_at, started_at, completed_at
                    from foundry_run_requests, generate_series(1, 2) a
                    where runner_id is not null and organization_id = '%1$s' and (a = 2 or substr(id, 33, 1) < '3')
                    """.formatted(organization));
            sql.execute("drop table past");
            sql.execute("set session_replication_role = origin");
            sql.execute("vacuum analyze");
        }
    }
}
