package dev.alloy.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

/** Whoever met a database that was gone is told to come again, wherever the connection broke. */
class FailuresTests {

    @ParameterizedTest
    @ValueSource(strings = {"08006", "08003", "57P01", "57P02", "57P03", "53300"})
    void aLostConnectionIsUnavailable(String state) {
        var failure = new IllegalStateException("commit", new RuntimeException(new SQLException("gone", state)));

        assertThat(Failures.problem(failure).type()).isEqualTo(ProblemType.UNAVAILABLE);
    }

    @Test
    void soIsWhatThePoolClosedMeanwhile() {
        assertThat(Failures.problem(new RuntimeException(new SQLException("Connection is closed")))
                        .type())
                .isEqualTo(ProblemType.UNAVAILABLE);
    }

    @Test
    void soIsWhatTheDriverCallsRecoverable() {
        assertThat(Failures.problem(new RuntimeException(new SQLRecoverableException("gone")))
                        .type())
                .isEqualTo(ProblemType.UNAVAILABLE);
    }

    @Test
    void aFaultOfOursIsNot() {
        var failure = new InvalidDataAccessResourceUsageException("sql", new SQLException("no such table", "42P01"));

        assertThat(Failures.problem(failure).type()).isEqualTo(ProblemType.INTERNAL_ERROR);
    }
}
