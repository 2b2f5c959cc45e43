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

    /** Statements that act for no organization: where they stand, what they begin with, why. */
    private static final List<UnboundSql> UNBOUND = List.of(
            new UnboundSql("AccessTokenSource", "select id, organization_id, kind", "says whose a credential is"),
            new UnboundSql("AccessTokenSource", "update access_tokens set last_used_at", "marks what was just found"),
            new UnboundSql("RunnerKeySource", "select id, organization_id, runner_key_hash", "says whose a key is"),
            new UnboundSql("BootstrapToken", "select revoked_at", "the bootstrap token belongs to no organization"),
            new UnboundSql("BootstrapToken", "select not exists", "asks whether the whole database is empty"));

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

    @Test
    void everyStatementNamesTheOrganization() {
        var main = SqlInSources.under(Path.of("src/main/java/dev/alloy"));

        assertThat(main.statements())
                .filteredOn(statement -> UNBOUND.stream().noneMatch(unbound -> unbound.is(statement)))
                .as("statements that leave organization_id out, or that cannot be read off the source")
                .filteredOn(SqlInSources.Statement::leavesTheOrganizationOut)
                .isEmpty();
        assertThat(UNBOUND).as("exceptions that nothing needs any more").allSatisfy(unbound -> assertThat(
                        main.statements())
                .filteredOn(SqlInSources.Statement::leavesTheOrganizationOut)
                .anyMatch(unbound::is));
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

    /**
     * A statement that need not name an organization.
     *
     * @param type simple name of the class it stands in
     * @param start how it begins, white space apart
     * @param reason why
     */
    private record UnboundSql(String type, String start, String reason) {

        boolean is(SqlInSources.Statement statement) {
            return statement.type().equals(type) && statement.text().startsWith(start);
        }
    }
}
