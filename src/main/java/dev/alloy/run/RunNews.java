package dev.alloy.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What is new for everybody who follows a run, in one statement however many they are. Source: console.md, “Live”. */
@Component
class RunNews {

    private final JdbcClient jdbc;

    RunNews(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Somebody who follows a run.
     *
     * @param lastId the last event that they have seen. Ids are not in the order of commits over several runs, so each has a cursor of
     *     its own
     * @param credentialId the access token by which they may
     * @param sessionId the console's session by which they do; null for a token that was sent itself
     */
    record Follower(
            String organizationId,
            String runRequestId,
            long lastId,
            String credentialId,
            @Nullable String sessionId) {}

    /**
     * What is new for one of them.
     *
     * @param mayFollow whether their credential still holds
     * @param status where the run is
     * @param events what they have not seen, oldest first
     */
    record News(boolean mayFollow, RunStatus status, List<RunEvent> events) {}

    /**
     * The news for each of these, by their place in the list; none for a run that is not there any more.
     *
     * @param most how many events each gets at most
     */
    @Transactional(readOnly = true)
    public Map<Integer, News> of(List<Follower> followers, int most) {
        if (followers.isEmpty()) {
            return Map.of();
        }
        Map<Integer, News> news = new HashMap<>();
        jdbc.sql("""
                        select f.place, r.status,
                               exists (select 1 from access_tokens t
                                       where t.id = f.credential_id and (t.organization_id is null or t.organization_id = f.organization_id)
                                         and t.revoked_at is null and (t.expires_at is null or t.expires_at > alloy_now()))
                               and (f.session_id is null or exists (
                                       select 1 from console_sessions s
                                       where s.id = f.session_id and (s.organization_id is null or s.organization_id = f.organization_id)
                                         and s.ended_at is null and s.expires_at > alloy_now())) as may_follow,
                               e.*
                        from unnest(:organizations::text[], :runs::text[], :lasts::bigint[], :credentials::text[], :sessions::text[])
                                 with ordinality as f (organization_id, run_request_id, last_id, credential_id, session_id, place)
                        join foundry_run_requests r on r.organization_id = f.organization_id and r.id = f.run_request_id
                        left join lateral (
                            select id, type, from_status, to_status, attempt, sequence, actor, detail, correlation_id, occurred_at
                            from run_events
                            where organization_id = f.organization_id and run_request_id = f.run_request_id and id > f.last_id
                            order by id limit :most) e on true
                        order by f.place, e.id
                        """)
                .param("organizations", texts(followers, Follower::organizationId))
                .param("runs", texts(followers, Follower::runRequestId))
                .param("lasts", followers.stream().map(Follower::lastId).toArray(Long[]::new))
                .param("credentials", texts(followers, Follower::credentialId))
                .param("sessions", texts(followers, Follower::sessionId))
                .param("most", most)
                .query(row -> {
                    News one = news.computeIfAbsent(row.getInt("place") - 1, place -> begin(row));
                    if (row.getObject("id") != null) {
                        one.events().add(RunEvents.read(row));
                    }
                });
        return news;
    }

    private static News begin(ResultSet row) {
        try {
            return new News(row.getBoolean("may_follow"), RunStatus.of(row.getString("status")), new ArrayList<>());
        } catch (SQLException e) {
            throw new IllegalStateException("A column is missing", e);
        }
    }

    private static @Nullable String[] texts(List<Follower> followers, Function<Follower, @Nullable String> member) {
        return followers.stream().map(member).toArray(String[]::new);
    }
}
