package dev.alloy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The bell rings for what is committed. */
@AlloyTest
class QueueBellIntegrationTests {

    @Autowired
    private QueueBell bell;

    @Autowired
    private PlatformTransactionManager transactions;

    @Test
    void whatIsRolledBackRingsForNobody() throws SQLException {
        var transaction = new TransactionTemplate(transactions);
        try (Connection connection = TestDatabase.shared().dataSource().getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("listen " + QueueListener.CHANNEL);

            transaction.executeWithoutResult(status -> {
                bell.ring("rolled-back");
                status.setRollbackOnly();
            });
            transaction.executeWithoutResult(status -> bell.ring("committed"));

            assertThat(heardUntil("committed", connection)).doesNotContain("rolled-back");
        }
    }

    private static List<String> heardUntil(String last, Connection connection) throws SQLException {
        List<String> heard = new ArrayList<>();
        while (!heard.contains(last)) {
            PGNotification[] some = connection.unwrap(PGConnection.class).getNotifications(30_000);
            assertThat(some).as("heard within half a minute").isNotEmpty();
            for (PGNotification one : some) {
                heard.add(one.getParameter());
            }
        }
        return heard;
    }
}
