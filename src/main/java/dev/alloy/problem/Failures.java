package dev.alloy.problem;

import java.sql.SQLTransientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.util.DisconnectedClientHelper;

/** What a caller is told of a failure that nobody foresaw: whether to try again, and nothing of its text. */
public final class Failures {

    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** The problem that stands for the failure. The failure itself goes to the log. */
    public static ProblemException problem(Exception failure) {
        if (failure instanceof OptimisticLockingFailureException) {
            return ProblemType.PRECONDITION_FAILED.because("Somebody else changed the resource at the same moment.");
        }
        if (isOfTheMoment(failure)) {
            log.warn("The database did not answer in time", failure);
            return ProblemType.UNAVAILABLE.because("The database did not answer in time.");
        }
        if (DisconnectedClientHelper.isClientDisconnectedException(failure)) {
            log.debug("Whoever asked is not there any more", failure);
            return ProblemType.INTERNAL_ERROR.because(ProblemType.INTERNAL_ERROR.explanation());
        }
        log.error("Unexpected failure", failure);
        return ProblemType.INTERNAL_ERROR.because(ProblemType.INTERNAL_ERROR.explanation());
    }

    private static boolean isOfTheMoment(Exception failure) {
        return failure instanceof DataAccessResourceFailureException
                || failure instanceof CannotCreateTransactionException
                || failure instanceof TransactionSystemException
                || failure instanceof PessimisticLockingFailureException
                || failure.getCause() instanceof SQLTransientException;
    }
}
