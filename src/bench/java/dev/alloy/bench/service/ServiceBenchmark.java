package dev.alloy.bench.service;

import java.util.List;

/** A benchmark of the running service: one question, or a few that one set-up answers. */
public interface ServiceBenchmark {

    /** All of them. */
    static List<ServiceBenchmark> all() {
        return List.of(
                new CycleBenchmark(),
                new PickupBenchmark(),
                new ParkedPollsBenchmark(),
                new HistoryBenchmark(),
                new StormBenchmark(),
                new TraceBenchmark(),
                new ReadingBenchmark(),
                new OpenPagesBenchmark(),
                new OverloadBenchmark(),
                new SealingBenchmark());
    }

    /** Measures; takes minutes. */
    List<Figure> measure() throws Exception;
}
