package dev.alloy.bench.service;

import dev.alloy.testing.Browser;
import dev.alloy.testing.World;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What do a thousand open pages, each of another run, cost the database while nothing happens? */
final class OpenPagesBenchmark implements ServiceBenchmark {

    private static final int ORGANIZATIONS = 5;
    private static final int PEOPLE = 4;
    private static final int PAGES_OF_ONE = 50;
    private static final int PAGES = ORGANIZATIONS * PEOPLE * PAGES_OF_ONE;

    private static final Duration QUIET = Duration.ofSeconds(60);

    /** A stream ends with this age, and its page opens it again. */
    private static final double LIFE_SECONDS = 600;

    private static final double MOST_STATEMENTS = 20;

    /** A page that is open: its stream's address and whose session asks for it. */
    private record OpenPage(String path, String cookie) {

        Connection open(Service service) {
            Connection connection = new Connection(service.port());
            int status = connection.follow(path, cookie);
            if (status != 200) {
                throw new IllegalStateException("A stream was refused with " + status);
            }
            return connection;
        }
    }

    @Override
    public List<Figure> measure() throws Exception {
        try (Service service = Service.start("-Xmx1g")) {
            List<OpenPage> pages = pages(service);
            double alone = statementsPerSecond(service);
            Spent before = Spent.now(service);
            List<Connection> connections =
                    pages.stream().map(page -> page.open(service)).toList();
            double opening = Spent.now(service).since(before).statements();
            refuseOneMore(service);
            double quiet = statementsPerSecond(service) - alone;
            double back = opening / LIFE_SECONDS;
            long stayed = connections.stream()
                    .filter(connection -> !connection.hasEnded())
                    .count();
            connections.forEach(Connection::close);
            return List.of(
                    Figure.atLeast("streams of open pages that stayed", stayed, "", PAGES),
                    Figure.of("statements without them, those of timers", alone, "1/s"),
                    Figure.of("statements for " + PAGES + " open run pages, looking after them", quiet, "1/s"),
                    Figure.of("and opening each again when its stream has its age", back, "1/s"),
                    Figure.atMost(
                            "statements for " + PAGES + " open run pages, all", quiet + back, "1/s", MOST_STATEMENTS));
        }
    }

    private static List<OpenPage> pages(Service service) {
        List<OpenPage> pages = new ArrayList<>();
        for (int i = 0; i < ORGANIZATIONS; i++) {
            World world = World.on(service.port());
            List<String> runs = new ArrayList<>();
            for (int n = 0; n < PEOPLE * PAGES_OF_ONE; n++) {
                JsonNode run = world.request(world.brief(World.intent("Followed number " + n + ".")));
                runs.add(run.path("id").asString());
            }
            for (int person = 0; person < PEOPLE; person++) {
                try (Browser browser =
                        Browser.signedIn(service.port(), world.token("person-" + person, "\"view\"", ""))) {
                    String cookie = String.valueOf(browser.cookie());
                    runs.subList(person * PAGES_OF_ONE, (person + 1) * PAGES_OF_ONE)
                            .forEach(run -> pages.add(
                                    new OpenPage("/runs/" + run + "/events?after=" + after(browser, run), cookie)));
                }
            }
        }
        return pages;
    }

    /** What the page knows, so that its stream is silent. */
    private static String after(Browser browser, String run) {
        return browser.raw().get("/runs/" + run).expect(200).text().replaceAll("(?s).*data-after=\"([0-9]+)\".*", "$1");
    }

    private static void refuseOneMore(Service service) {
        World other = World.on(service.port());
        JsonNode run = other.request(other.brief());
        try (Browser browser = Browser.signedIn(service.port(), other.token("one-more", "\"view\"", ""));
                Connection connection = new Connection(service.port())) {
            int status = connection.follow(
                    "/runs/" + run.path("id").asString() + "/events", String.valueOf(browser.cookie()));
            if (status != 503) {
                throw new IllegalStateException("The stream beyond the bound was answered with " + status);
            }
        }
    }

    private static double statementsPerSecond(Service service) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Spent before = Spent.now(service);
        Thread.sleep(QUIET.toMillis());
        double statements = Spent.now(service).since(before).statements();
        return statements / ((System.nanoTime() - begun) / 1e9);
    }
}
