package dev.alloy.bench.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How many runs go from their request to their kept result in a second, with eight clients, as a share of the floor, and in the first minute after a
 * start? What does one cost service and database, beside both floors? How long does each call take, with eight clients and with one?
 */
final class CycleBenchmark implements ServiceBenchmark {

    private static final int CLIENTS = 8;
    private static final int ROUNDS = 3;
    private static final Duration COLD = Duration.ofSeconds(60);
    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration MEASURED = Duration.ofSeconds(12);
    /** What Conductor OSS reached over REST, as a share of the same floor. */
    private static final double CONDUCTOR = 0.08;

    /** One round: the service's rate and what a cycle cost, and the same of both floors. */
    private record Round(double rate, Spent spent, double floor, double floorCpu, double record, double recordCpu) {

        double share() {
            return rate / floor;
        }

        double serviceTimesFloor() {
            return spent.serviceCpu() / floorCpu;
        }

        double databaseTimesRecord() {
            return spent.databaseCpu() / recordCpu;
        }
    }

    @Override
    public List<Figure> measure() throws Exception {
        try (Service service = Service.start("-Xmx1g");
                Load load = new Load(service, CLIENTS)) {
            load.prepare(COLD);
            double cold = load.cycles(COLD);
            load.cycles(WARM_UP);
            Floor floor = new Floor(service);
            CallTimes eight = new CallTimes();
            List<Round> rounds = new ArrayList<>();
            for (int number = 0; number < ROUNDS; number++) {
                rounds.add(round(service, load, floor, eight));
            }
            CallTimes one = new CallTimes();
            load.cycles(MEASURED, 1, one);
            return figures(rounds, cold, eight, one);
        }
    }

    private static Round round(Service service, Load load, Floor floor, CallTimes times) throws Exception {
        int seconds = (int) MEASURED.toSeconds();
        load.prepare(MEASURED);
        Spent before = Spent.now(service);
        double rate = load.cycles(MEASURED, CLIENTS, times);
        Spent spent = Spent.now(service).since(before).dividedBy(rate * seconds);
        double machine = Cpu.ofMachine();
        double bare = floor.cyclesPerSecond(seconds);
        double bareCpu = (Cpu.ofMachine() - machine) / (bare * seconds);
        Floor.Record record = floor.record(seconds);
        return new Round(rate, spent, bare, bareCpu, record.rate(), record.cpu());
    }

    private static List<Figure> figures(List<Round> rounds, double cold, CallTimes eight, CallTimes one) {
        double share = median(rounds, Round::share);
        double moves = median(rounds, round -> round.spent().moves());
        double hot = median(rounds, round -> round.spent().hotMoves());
        List<Figure> figures = new ArrayList<>(List.of(
                Figure.of("full cycle over HTTP", median(rounds, Round::rate), "cycles/s"),
                Figure.of("bare floor: the same in pgbench", median(rounds, Round::floor), "cycles/s"),
                Figure.of("record floor: with all that is promised", median(rounds, Round::record), "cycles/s"),
                Figure.atLeast("full cycle as a share of the bare floor", share, "", 0.15),
                Figure.of("as a multiple of Conductor's share", share / CONDUCTOR, "x"),
                Figure.atLeast(
                        "rate in the first minute after a start, share of the bare floor",
                        cold / median(rounds, Round::floor),
                        "",
                        0.06),
                Figure.atMost(
                        "CPU of the service a cycle, multiple of the bare floor's whole cycle",
                        median(rounds, Round::serviceTimesFloor),
                        "x",
                        2.5),
                Figure.of(
                        "CPU of the service a cycle",
                        1000 * median(rounds, round -> round.spent().serviceCpu()),
                        "ms"),
                Figure.atMost(
                        "CPU of the database a cycle, multiple of the record floor's",
                        median(rounds, Round::databaseTimesRecord),
                        "x",
                        1.5),
                Figure.of(
                        "CPU of the database a cycle",
                        1000 * median(rounds, round -> round.spent().databaseCpu()),
                        "ms"),
                Figure.atMost(
                        "statements a cycle, those of timers too",
                        median(rounds, round -> round.spent().statements()),
                        "",
                        18),
                Figure.atMost(
                        "statements within them a cycle",
                        median(rounds, round -> round.spent().nested()),
                        "",
                        45),
                Figure.atMost(
                        "transactions a cycle, reading ones too",
                        median(rounds, round -> round.spent().commits()),
                        "",
                        10),
                Figure.atMost(
                        "WAL a cycle", median(rounds, round -> round.spent().walBytes()) / 1000, "kB", 24),
                Figure.atLeast("moves of a run's row that write no index", hot / moves, "", 0.75)));
        figures.addAll(eight.figures("eight clients", null));
        figures.addAll(one.figures("one client", 3.0));
        return figures;
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return rounds.stream().mapToDouble(figure).sorted().toArray()[rounds.size() / 2];
    }
}
