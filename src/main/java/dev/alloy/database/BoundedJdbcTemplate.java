package dev.alloy.database;

import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Gives every statement the time that {@link StatementTime} leaves it. */
class BoundedJdbcTemplate extends JdbcTemplate {

    BoundedJdbcTemplate(DataSource connections) {
        super(connections);
    }

    @Override
    protected void applyStatementSettings(Statement statement) throws SQLException {
        super.applyStatementSettings(statement);
        Integer seconds = StatementTime.seconds();
        if (seconds != null) {
            statement.setQueryTimeout(seconds);
        }
    }
}
