package dev.alloy.limit;

import java.util.EnumMap;
import java.util.Map;

/** The places in which requests are received and served, of each kind of work. */
class Shares {

    private final Map<WorkKind, FairShare> byWork = new EnumMap<>(WorkKind.class);

    Shares(LimitSettings settings) {
        for (WorkKind work : WorkKind.values()) {
            byWork.put(
                    work,
                    new FairShare(
                            work.of(settings.organizationAtOnce()),
                            work.of(settings.tokenAtOnce()),
                            settings.organizationWaiting()));
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
