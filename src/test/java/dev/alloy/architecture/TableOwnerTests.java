package dev.alloy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A table belongs to the module whose migration makes it. Only that module writes it, and only modules that may depend on that module read
 * it: in Java, and in the functions, views, triggers and keys of migrations.
 */
class TableOwnerTests {

    private static final Path PLANTED = Path.of("src/test/java/dev/planted/tables");

    private static final ArchCondition<JavaClass> MAP_A_TABLE_OF_THEIR_MODULE =
            new ArchCondition<>("map a table that their module owns") {
                @Override
                public void check(JavaClass entity, ConditionEvents events) {
                    Optional<String> table =
                            entity.tryGetAnnotationOfType(Table.class).map(Table::name);
                    String owner = table.map(TableOwners.OURS::ownerOf).orElse("none");
                    events.add(new SimpleConditionEvent(
                            entity,
                            owner.equals(TableOwners.moduleOf(entity.getPackageName())),
                            entity.getName() + " maps " + table.orElse("a table without a name") + " of " + owner));
                }
            };

    @Test
    void everyMigrationIsOfAModule() {
        assertThat(TableOwners.OURS.modules()).isNotEmpty().allSatisfy(module -> assertThat(
                        Modules.OURS.getModuleByName(module))
                .isPresent());
    }

    @Test
    void statementsKeepToTheTablesOfTheirModule() {
        assertThat(breachesIn(Path.of("src/main/java/dev/alloy"), TableOwners.OURS))
                .isEmpty();
    }

    @Test
    void migrationsKeepToTheTablesOfTheirModule() {
        assertThat(TableOwners.OURS.breachesOfMigrations()).isEmpty();
    }

    @Test
    void entitiesMapTablesOfTheirModule() {
        Checked.inMain(classes().that().areAnnotatedWith(Entity.class).should(MAP_A_TABLE_OF_THEIR_MODULE))
                .andFinds(
                        "ForeignEntity maps approvals of compilation",
                        "NamelessEntity maps a table without a name of none");
    }

    @Test
    void statementsOnTablesOfOthersAreFound() {
        assertThat(breachesIn(PLANTED, TableOwners.OURS))
                .containsExactlyInAnyOrder(
                        "ForeignEntity.ForeignEntity: trace reads foundry_run_results of outcome",
                        "ForeignTables.inserted: trace writes approvals of compilation",
                        "ForeignTables.updated: trace writes foundry_run_requests of run",
                        "ForeignTables.aliased: trace writes foundry_run_requests of run",
                        "ForeignTables.inAnExpression: trace writes run_attempts of run",
                        "ForeignTables.deleted: trace writes kept_answers of http",
                        "ForeignTables.merged: trace writes foundry_installations of installation",
                        "ForeignTables.truncated: trace writes run_events of run",
                        "ForeignTables.truncated: trace writes late_reports of run",
                        "ForeignTables.ofAnyTable: trace writes … of none",
                        "ForeignTables.selected: trace reads foundry_run_results of outcome",
                        "ForeignTables.joined: trace reads approvals of compilation",
                        "ForeignTables.listed: trace reads attestation_keys of signing",
                        "ForeignTables.within: trace reads run_accounts of outcome",
                        "ForeignTables.called: trace reads is_author of compilation");
    }

    @Test
    void migrationsThatTouchTablesOfOthersAreFound() {
        assertThat(TableOwners.OURS.and(PLANTED).breachesOfMigrations())
                .containsExactlyInAnyOrder(
                        "V90__trace.sql: trace reads foundry_run_results of outcome",
                        "V90__trace.sql: trace reads approvals of compilation",
                        "V90__trace.sql: trace reads evidence_waivers of outcome",
                        "V90__trace.sql: trace reads run_accounts of outcome",
                        "V90__trace.sql: trace reads planted_outcome of outcome",
                        "V90__trace.sql: trace writes run_queue of run",
                        "V90__trace.sql: trace writes run_events of run",
                        "V90__trace.sql: trace writes run_attempts of run",
                        "V90__trace.sql: trace writes late_reports of run");
    }

    private static List<String> breachesIn(Path sources, TableOwners owners) {
        return SqlInSources.under(sources).statements().stream()
                .flatMap(statement -> owners.breaches(TableOwners.moduleOf(statement.home()), statement.text())
                        .map(breach -> statement.place() + ": " + breach))
                .distinct()
                .toList();
    }
}
