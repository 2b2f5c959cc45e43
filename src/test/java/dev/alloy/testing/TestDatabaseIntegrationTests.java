package dev.alloy.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class TestDatabaseIntegrationTests {

    @Test
    void givesEveryTestThatAsksADatabaseOfItsOwn() {
        try (var one = TestDatabase.create();
                var other = TestDatabase.create()) {
            JdbcClient.create(one.dataSource())
                    .sql("create table mine (id int)")
                    .update();

            assertThat(tables(one)).isEqualTo(1);
            assertThat(tables(other)).isZero();
            assertThat(tables(TestDatabase.shared())).isZero();
        }
    }

    @Test
    void dropsADatabaseWithItsConnectionsOpen() throws SQLException {
        var database = TestDatabase.create();
        try (var connection = database.dataSource().getConnection()) {
            database.close();

            assertThat(connection.isValid(5)).isFalse();
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> database.dataSource().getConnection())
                    .withMessageContaining("does not exist");
        }
    }

    private static int tables(TestDatabase.Fresh database) {
        return JdbcClient.create(database.dataSource())
                .sql("select count(*) from pg_tables where tablename = 'mine'")
                .query(Integer.class)
                .single();
    }
}
