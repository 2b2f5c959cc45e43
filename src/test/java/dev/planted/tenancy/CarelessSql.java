package dev.planted.tenancy;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

class CarelessSql {

    private static final String SELECT = "select id, organization_id from foundry_run_requests ";

    private static final String CONSTANT = """
            select id from foundry_run_requests r
            where r.id = :id
            """;

    private static final String CAREFUL = """
            select id from foundry_run_requests
            where organization_id = :organization and id = :id
            """;

    private final JdbcClient jdbc;

    CarelessSql(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    StatementSpec plain() {
        return jdbc.sql("select id from projects where id = :id");
    }

    StatementSpec onlySelected() {
        return jdbc.sql("select organization_id from projects where id = :id");
    }

    StatementSpec constant() {
        return jdbc.sql(CONSTANT);
    }

    StatementSpec concatenated() {
        return jdbc.sql(SELECT + "where id = :id").param("id", "organization_id");
    }

    StatementSpec variable() {
        String sql = SELECT + "where id = :id";
        return jdbc.sql(sql);
    }

    StatementSpec update() {
        return jdbc.sql("update alloy_runners set status = 'online' where id = :id");
    }

    StatementSpec insert() {
        return jdbc.sql("insert into late_reports (project_id, run_request_id) values (:project, :run)");
    }

    StatementSpec insertOfOthers() {
        return jdbc.sql(
                "insert into late_reports (organization_id) select organization_id from projects where id = :id");
    }

    StatementSpec join() {
        return jdbc.sql("select o.name from organizations o join projects p on p.id = :project");
    }

    StatementSpec built(StringBuilder sql) {
        return jdbc.sql(sql.append("where true").toString());
    }

    StatementSpec begun(StringBuilder sql) {
        return jdbc.sql(sql + "where id = :id");
    }

    StatementSpec formatted(String condition) {
        return jdbc.sql("select id from projects where %s".formatted(condition));
    }

    StatementSpec careful(String condition) {
        return jdbc.sql(SELECT + "where organization_id = :organization and " + condition);
    }

    StatementSpec carefulInsert() {
        return jdbc.sql("insert into late_reports (organization_id, project_id) values (:organization, :project)");
    }

    StatementSpec carefulConstant() {
        return jdbc.sql(CAREFUL).param("organization", "checkout");
    }
}
