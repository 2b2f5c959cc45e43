package dev.alloy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.alloy.access.TenantRepository;
import jakarta.persistence.EntityManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.data.repository.Repository;

/**
 * No query can leave the organization out. Through JPA there is one way to tenants' rows, and it asks for the caller; in SQL every
 * statement on a table that has an organization has to name it.
 */
class TenancyTests {

    private static final Map<String, String> THE_ONE_WAY = Map.of(
            "TenantRepository", "it is what all others have to extend",
            "JpaTenantRepository", "it adds the caller's organization to every query");

    /** Methods whose statements act for no organization. */
    private static final Map<String, String> UNBOUND = Map.of(
            "AccessTokenSource.candidates", "finds out whose a token is",
            "AccessTokenSource.noteUse", "marks the token that was just found",
            "Sessions.look", "finds out whose a session is",
            "Sessions.noteUse", "marks the session that was just found",
            "RunnerKeySource.find", "finds out whose a key is",
            "RegistrationTokenSource.find", "finds out whose a token is",
            "Attempts.byPublicId", "finds out whose a callback token is",
            "BootstrapToken.take", "the bootstrap token belongs to no organization",
            "BootstrapToken.noneExists", "asks whether the whole database is empty");

    private static final Map<String, String> IN_ANOTHER_WAY = Map.of(
            "RawTraces", "it streams a file into and out of the one row that its other statements name",
            "BreakableConnections", "it breaks connections off and asks nothing by them",
            "BoundedJdbcTemplate", "it bounds the statements of others and has none",
            "DatabaseConfiguration", "it looks at the server before there is a schema",
            "DatabaseWatch", "it asks whether the server is there and reads no table",
            "Durability", "it asks the server for its settings",
            "DurabilityCheck", "it opens a connection for that",
            "SchemaGeneration", "it reads which schema there is, before one can be relied on",
            "FirstStatistics", "it has tables analyzed and reads none of their rows",
            "QueueListener", "it listens for names of organizations and reads no table");

    private static final ArchCondition<JavaClass> EXTEND_NOTHING_BUT_TENANT_REPOSITORY =
            new ArchCondition<>("extend TenantRepository alone and add no method") {
                @Override
                public void check(JavaClass repository, ConditionEvents events) {
                    boolean extendsIt = repository.getRawInterfaces().stream()
                            .map(JavaClass::getName)
                            .toList()
                            .equals(List.of(TenantRepository.class.getName()));
                    boolean bare = repository.getMethods().isEmpty();
                    events.add(new SimpleConditionEvent(
                            repository,
                            extendsIt && bare,
                            repository.getName() + (extendsIt ? " adds a method" : " is another kind of repository")));
                }
            };

    @Test
    void everyRepositoryAsksForTheCaller() {
        Checked.inMain(classes()
                        .that()
                        .areAssignableTo(Repository.class)
                        .and(Excused.not(THE_ONE_WAY))
                        .should(EXTEND_NOTHING_BUT_TENANT_REPOSITORY))
                .andFinds("CarelessRepository is another kind", "TalkativeRepository adds a method");
    }

    @Test
    void nobodyGoesPastTheRepositories() {
        Checked.inMain(noClasses()
                        .that(Excused.not(THE_ONE_WAY))
                        .should()
                        .dependOnClassesThat()
                        .haveNameMatching("jakarta\\.persistence\\.EntityManager(Factory)?"
                                + "|org\\.hibernate\\.(Session|StatelessSession|SharedSessionContract)(Factory)?"
                                + "|org\\.springframework\\.data\\.jpa\\.repository\\.(Query|JpaContext)"))
                .andFinds("Bypass", EntityManager.class.getName());
    }

    /** Statements are read where {@code JdbcClient.sql} gets them; so nobody hands them to anything else. */
    @Test
    void nobodyAsksInAnotherWay() {
        Checked.inMain(
                        noClasses()
                                .that(Excused.not(IN_ANOTHER_WAY))
                                .should()
                                .dependOnClassesThat()
                                .haveNameMatching(
                                        "java\\.sql\\.(Connection|Statement|PreparedStatement|CallableStatement)"
                                                + "|org\\.springframework\\.jdbc\\.core\\.(JdbcTemplate|JdbcOperations)"
                                                + "|org\\.springframework\\.jdbc\\.core\\.namedparam\\.NamedParameterJdbc(Template|Operations)"))
                .andFinds("SideDoor.prepared", "SideDoor.template");
    }

    @Test
    void everyStatementNamesTheOrganization() {
        var careless = SqlInSources.under(Path.of("src/main/java/dev/alloy")).statements().stream()
                .filter(SqlInSources.Statement::leavesTheOrganizationOut)
                .toList();

        assertThat(careless)
                .as("statements that leave organization_id out, or that cannot be read off the source")
                .filteredOn(statement -> !UNBOUND.containsKey(statement.place()))
                .isEmpty();
        assertThat(careless)
                .as("the exceptions are still needed")
                .extracting(SqlInSources.Statement::place)
                .containsAll(UNBOUND.keySet());
    }

    @Test
    void aStatementThatLeavesTheOrganizationOutIsFound() {
        var planted = SqlInSources.under(Path.of("src/test/java/dev/planted/tenancy"));

        assertThat(planted.statements())
                .filteredOn(SqlInSources.Statement::leavesTheOrganizationOut)
                .extracting(SqlInSources.Statement::method)
                .containsExactlyInAnyOrder(
                        "plain",
                        "onlySelected",
                        "constant",
                        "concatenated",
                        "variable",
                        "update",
                        "insert",
                        "insertOfOthers",
                        "join",
                        "built",
                        "begun",
                        "formatted");
        assertThat(planted.statements())
                .filteredOn(statement -> !statement.leavesTheOrganizationOut())
                .extracting(SqlInSources.Statement::method)
                .contains("careful", "carefulInsert", "carefulConstant");
    }
}
