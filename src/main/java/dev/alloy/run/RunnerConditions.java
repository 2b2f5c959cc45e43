package dev.alloy.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Asks the database what keeps runners from a run; the query that offers runs goes by the same functions. Source: ADR 26. */
@Component
class RunnerConditions {

    private final JdbcClient jdbc;

    RunnerConditions(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What keeps a runner from a run; each is a column of the view {@code run_runner_conditions}. */
    enum Condition {
        /** Its key was taken away for good. */
        REVOKED("revoked"),
        /** The request names another. */
        PINNED("pinned_to_another_runner"),
        /** Another has not answered yet. */
        OFFERED("offered_to_another"),
        /** The project is not among its own. */
        PROJECT("not_allowed_project"),
        /** The run may change something, and it is not trusted with the project. */
        TRUST("untrusted_for_effect"),
        /** The run is for an installation that it does not serve. */
        INSTALLATION("does_not_serve_installation"),
        /** It does not read the documents. */
        VERSIONS("schema_version_unsupported"),
        /** It takes nothing new. */
        DRAINING("draining"),
        /** It has all that it takes. */
        CAPACITY("at_capacity");

        private final String column;

        Condition(String column) {
            this.column = column;
        }

        static Set<Condition> in(ResultSet row) throws SQLException {
            Set<Condition> found = EnumSet.noneOf(Condition.class);
            for (Condition condition : values()) {
                if (row.getBoolean(condition.column)) {
                    found.add(condition);
                }
            }
            return found;
        }
    }

    /** For each runner of the run's organization, what keeps the run from it; empty sets for those that may have it. */
    Map<String, Set<Condition>> of(RunRequest run) {
        Map<String, Set<Condition>> conditions = new HashMap<>();
        jdbc.sql("""
                        select * from run_runner_conditions
                        where organization_id = :organization and run_request_id = :run
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .query(row -> {
                    conditions.put(row.getString("runner_id"), Condition.in(row));
                });
        return conditions;
    }
}
