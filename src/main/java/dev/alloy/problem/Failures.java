package dev.alloy.problem;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.regex.Pattern;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.util.DisconnectedClientHelper;

/** What a caller is told of an unforeseen failure: whether to try again, and nothing of its text. */
public final class Failures {

    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private static final Pattern LOST = Pattern.compile("08...|57P..|53300");

    /** SQLSTATE of a statement that was cancelled, which ours are when their time is over. */
    private static final String GIVEN_UP = "57014";

    private Failures() {}

    /** The problem that stands for the failure. The failure itself goes to the log. */
    public static ProblemException problem(Exception failure) {
        if (failure instanceof InvalidParameterException) {
            return ProblemType.INVALID_PARAMETER.because("The query is not well-formed, percent-encoded UTF-8.");
        }
        if (failure instanceof OptimisticLockingFailureException) {
            return ProblemType.PRECONDITION_FAILED.because("Another request changed the resource at the same moment.");
        }
        if (hasState(failure, GIVEN_UP)) {
            log.warn("A question took the database too long and was given up");
            return ProblemType.UNAVAILABLE
                    .because("The question took the database too long, and was given up.")
                    .remedy(
                            "Ask for less at a time: one project, a shorter time or a filter that few meet. Else repeat it after Retry-After seconds.");
        }
        if (isOfTheMoment(failure)) {
            // One line: whoever loses the database loses it in every call.
            log.warn(
                    "The database did not answer in time: {}",
                    String.valueOf(root(failure)).lines().findFirst().orElse(""));
            return ProblemType.UNAVAILABLE.because("The database did not answer in time.");
        }
        if (DisconnectedClientHelper.isClientDisconnectedException(failure)) {
            log.debug("The client has gone", failure);
            return ProblemType.INTERNAL_ERROR.because(ProblemType.INTERNAL_ERROR.explanation());
        }
        log.error("Unexpected failure", failure);
        return ProblemType.INTERNAL_ERROR.because(ProblemType.INTERNAL_ERROR.explanation());
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Whether the connection was lost, or the server is going down or has no connection to give: SQLSTATE 08, 57P and 53300. */
    private static boolean isLost(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientException
                    || cause instanceof SQLRecoverableException
                    || cause instanceof SQLException sql && isLost(sql)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLost(SQLException failure) {
        // The pool closes what it finds broken, and says so without a state to whoever still holds it.
        return failure.getSQLState() == null
                ? "Connection is closed".equals(failure.getMessage())
                : LOST.matcher(failure.getSQLState()).matches();
    }

    private static boolean hasState(Throwable failure, String state) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && state.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfTheMoment(Exception failure) {
        return failure instanceof DataAccessResourceFailureException
                || failure instanceof CannotCreateTransactionException
                || failure instanceof TransactionSystemException
                || failure instanceof PessimisticLockingFailureException
                || isLost(failure);
    }
}
