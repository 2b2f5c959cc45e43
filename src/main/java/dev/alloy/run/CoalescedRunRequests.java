package dev.alloy.run;

import dev.alloy.http.CoalescingListener;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Counts equal run requests that were answered together as what they are, repetitions. */
@Component
class CoalescedRunRequests implements CoalescingListener {

    private static final Pattern RUN = Pattern.compile("(?:.*)/api/run-requests/([^/?#]+)");

    private final JdbcClient jdbc;

    CoalescedRunRequests(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void shared(@Nullable String organizationId, String location, int others) {
        Matcher run = RUN.matcher(location);
        if (run.matches()) {
            jdbc.sql("""
                            update foundry_run_requests set transport_replays = transport_replays + :others
                            where (cast(:organization as text) is null or organization_id = :organization) and id = :id
                            """)
                    .param("others", others)
                    .param("organization", organizationId)
                    .param("id", run.group(1))
                    .update();
        }
    }
}
