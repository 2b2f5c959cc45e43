package dev.alloy.limit;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/** The places in which requests are received and served, of each kind of work. */
class Shares {

    private final Map<WorkKind, FairShare> byWork = new EnumMap<>(WorkKind.class);

    Shares(LimitSettings settings, LongSupplier nanoTime) {
        // Who floods with anything else cannot take a seat of a report's.
        Semaphore ofReports = new Semaphore(settings.seats());
        Semaphore ofOthers = new Semaphore(settings.seats());
        for (WorkKind work : WorkKind.values()) {
            byWork.put(
                    work,
                    new FairShare(
                            work.of(settings.organizationAtOnce()),
                            work.of(settings.tokenAtOnce()),
                            settings.organizationWaiting(),
                            work == WorkKind.REPORT ? ofReports : ofOthers,
                            settings.longestWait().dividedBy(2),
                            nanoTime));
        }
    }

    FairShare of(WorkKind work) {
        FairShare share = byWork.get(work);
        if (share == null) {
            throw new IllegalStateException(work.name());
        }
        return share;
    }
}
