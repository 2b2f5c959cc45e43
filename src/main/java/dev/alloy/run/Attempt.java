package dev.alloy.run;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One lease of a run to one runner. Only the newest may move the run.
 *
 * @param id its primary key; its ULID is the public part of its tokens
 * @param organizationId whose it is
 * @param runRequestId the run
 * @param number counts the run's attempts, from 1
 * @param runnerId the runner that accepted
 * @param traceId W3C trace id of the attempt, 32 hexadecimal digits
 * @param acceptNonce the nonce the runner accepted with; null when it sent none
 * @param leaseTokenHashes SHA-256 of the lease tokens given out for it
 * @param callbackTokenHashes SHA-256 of the callback tokens given out for it
 * @param leaseExpiresAt when its lease ends; null once it is over
 * @param leaseHolds whether the lease still held when this was read, by the database's clock
 * @param repoRevisionBefore the revision it started at; null before
 */
public record Attempt(
        String id,
        String organizationId,
        String runRequestId,
        int number,
        String runnerId,
        String traceId,
        @Nullable String acceptNonce,
        List<byte[]> leaseTokenHashes,
        List<byte[]> callbackTokenHashes,
        @Nullable Instant leaseExpiresAt,
        boolean leaseHolds,
        @Nullable String repoRevisionBefore) {}
