package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.BriefStatus;
import dev.alloy.compilation.DriftPolicy;
import dev.alloy.compiler.OverlayMode;
import dev.alloy.contract.foundry.Effect;
import dev.alloy.contract.foundry.Throttle;
import dev.alloy.installation.ConnectionType;
import dev.alloy.installation.InstallationStatus;
import dev.alloy.run.RunStatus;
import dev.alloy.runner.RunnerStatus;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.TestDatabase;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The database and the enums of the code say the same. */
@AlloyTest
class EnumColumnIntegrationTests {

    private static final Pattern QUOTED = Pattern.compile("'([^']*)'");

    private final JdbcClient jdbc = TestDatabase.shared().jdbc();

    static Stream<Arguments> columnsOfEnums() {
        return Stream.of(
                Arguments.of("foundry_installations", "connection_type", ConnectionType.class),
                Arguments.of("foundry_installations", "status", InstallationStatus.class),
                Arguments.of("alloy_runners", "status", RunnerStatus.class),
                Arguments.of("formation_brief_compilations", "status", BriefStatus.class),
                Arguments.of("formation_brief_compilations", "throttle", Throttle.class),
                Arguments.of("formation_brief_compilations", "effect", Effect.class),
                Arguments.of("gate_overlays", "mode", OverlayMode.class),
                Arguments.of("approvals", "scope", ApprovalScope.class),
                Arguments.of("approvals", "drift_policy", DriftPolicy.class),
                Arguments.of("foundry_run_requests", "status", RunStatus.class),
                Arguments.of("foundry_run_requests", "throttle", Throttle.class),
                Arguments.of("foundry_run_requests", "effect", Effect.class));
    }

    @ParameterizedTest
    @MethodSource("columnsOfEnums")
    void allowsTheValuesOfTheEnum(String table, String column, Class<? extends Enum<?>> type) {
        assertThat(allowed(table, column))
                .isEqualTo(Arrays.stream(type.getEnumConstants())
                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @CsvSource({
        "gate_overlays, status, proposed accepted rejected superseded",
        "evidence_definitions, kind, automated_test static_check trace human_review",
        "evidence_observations, status, satisfied partially_satisfied not_satisfied unknown",
        "foundry_run_requests, failure_category, validation dispatch execution safety semantic",
        "foundry_run_results, reported_by, runner callback",
        "access_tokens, kind, bootstrap person",
        "audit_events, actor_type, person runner registration callback system anonymous",
    })
    void allowsTheDocumentedValues(String table, String column, String values) {
        assertThat(allowed(table, column)).containsExactlyInAnyOrder(values.split(" "));
    }

    @Test
    void allowsResultsToClaimAndToBeExactlyTheTerminalStates() {
        Set<String> terminal = Arrays.stream(RunStatus.values())
                .filter(RunStatus::isTerminal)
                .map(RunStatus::wireName)
                .collect(Collectors.toSet());

        assertThat(allowed("foundry_run_results", "status")).isEqualTo(terminal);
        assertThat(allowed("foundry_run_results", "claimed_status")).isEqualTo(terminal);
        assertThat(allowed("foundry_run_requests", "claimed_status")).isEqualTo(terminal);
    }

    /** What the one-column CHECK of a column lists, or the function that guards the table's rows. */
    private Set<String> allowed(String table, String column) {
        String definition = jdbc.sql("""
                        select pg_get_constraintdef(c.oid) from pg_constraint c
                        join pg_attribute a on a.attrelid = c.conrelid and c.conkey = array[a.attnum]
                        where c.conrelid = :table::regclass and c.contype = 'c' and a.attname = :column
                          and pg_get_constraintdef(c.oid) like '%= ANY (ARRAY[%'
                        union all
                        select distinct substring(p.prosrc from 'new\\.' || :column || ' not in \\(([^)]*)\\)')
                        from pg_trigger t join pg_proc p on p.oid = t.tgfoid
                        where t.tgrelid = :table::regclass and p.prosrc ~ ('when new\\.' || :column || ' not in \\(')
                        """)
                .param("table", table)
                .param("column", column)
                .query(String.class)
                .single();
        return QUOTED.matcher(definition)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toSet());
    }
}
