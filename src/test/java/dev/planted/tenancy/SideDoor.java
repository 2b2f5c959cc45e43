package dev.planted.tenancy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Asks in a way that the reading of statements does not see. */
class SideDoor {

    ResultSet prepared(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(sql).executeQuery();
    }

    Object template(JdbcTemplate template, String table) {
        return template.queryForList("select * from " + table);
    }
}
