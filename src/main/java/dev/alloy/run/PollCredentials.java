package dev.alloy.run;

import dev.alloy.database.RepeatedTask;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Ends the waiting polls of runners that were revoked, or whose keys have expired, on whatever replica that was done. */
@Component
public class PollCredentials extends RepeatedTask {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(3);

    private final Polls polls;
    private final JdbcClient jdbc;

    PollCredentials(Polls polls, JdbcClient jdbc) {
        super("poll-credentials", BETWEEN_LOOKS);
        this.polls = polls;
        this.jdbc = jdbc;
    }

    /** One statement for all that wait here. */
    @Override
    protected void perform() {
        Map<String, String> organizations = polls.organizationsOfWaiting();
        if (organizations.isEmpty()) {
            return;
        }
        List<String> runners = List.copyOf(organizations.keySet());
        jdbc.sql("""
                        select r.id from alloy_runners r
                        join unnest(:organizations::text[], :runners::text[]) as w (organization_id, id)
                          on r.organization_id = w.organization_id and r.id = w.id
                        where r.status = 'revoked'
                           or r.key_expires_at <= alloy_now() and coalesce(r.previous_key_expires_at <= alloy_now(), true)
                        """)
                .param(
                        "organizations",
                        runners.stream()
                                .map(organizations::get)
                                .map(Objects::requireNonNull)
                                .toArray(String[]::new))
                .param("runners", runners.toArray(String[]::new))
                .query(String.class)
                .list()
                .forEach(polls::endRefused);
    }
}
