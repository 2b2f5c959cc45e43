package dev.alloy.bench.service;

import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Run requests that differ from each other, so that each is a run of its own: every approved brief for every person. Made before the
 * clock runs.
 */
final class Workload {

    private static final int PEOPLE = 200;

    private final World world;
    private final List<String> people;
    private final List<Brief> briefs = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();

    Workload(int port) {
        this.world = World.on(port);
        this.people = IntStream.range(0, PEOPLE)
                .parallel()
                .mapToObj(i -> world.token("person-" + i, "\"compile_briefs\"", "")
                        .path("token")
                        .asString())
                .toList();
    }

    /** An approved brief. */
    record Brief(String id, String digest) {}

    /** One request for a run: which brief, and by whom. */
    record Order(String briefId, String token) {

        String body() {
            return "{\"formation_brief_id\":\"" + briefId + "\"}";
        }
    }

    /** A runner and its key. */
    record Runner(String id, String key) {}

    /** Sees that so many more orders can be placed. */
    void ensure(int orders) {
        int wanted = (next.get() + orders) / PEOPLE + 1;
        briefs.addAll(IntStream.range(briefs.size(), wanted)
                .parallel()
                .mapToObj(i -> brief("Objective number " + i + "."))
                .toList());
    }

    private Brief brief(String objective) {
        JsonNode brief = world.brief(World.intent(objective));
        world.approve(brief);
        return new Brief(brief.path("id").asString(), brief.path("digest").asString());
    }

    /** The next order, never the same twice. */
    Order next() {
        int number = next.getAndIncrement();
        return new Order(briefs.get(number / PEOPLE).id(), people.get(number % PEOPLE));
    }

    /** Registers runners. */
    List<Runner> runners(int count) {
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> {
                    JsonNode registered = world.admin()
                            .post("/api/runners", """
                                    {"organization_id":"%s","name":"load-%d-%d","allowed_projects":["%s"],
                                     "installation_ids":["%s"],"max_concurrency":1}""".formatted(
                                    world.organization(), System.nanoTime(), i, world.project(), world.installation()))
                            .expect(201)
                            .json();
                    return new Runner(
                            registered.path("runner").path("id").asString(),
                            registered.path("runner_key").asString());
                })
                .toList();
    }

    /** Whose all of it is. */
    String organization() {
        return world.organization();
    }

    /** A token of somebody who may look at all of it. */
    JsonNode reader() {
        return world.token("reader", "\"view\"", "");
    }

    /** Somebody who may approve some of it. */
    JsonNode reviewer() {
        return world.token("reviewer", "\"view\",\"approve_dry_run\"", "");
    }

    /** So many runs that await an approval, each of a brief of its own. */
    List<String> unapproved(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> world.request(world.brief(World.intent("Unapproved number " + i + ".")))
                        .path("id")
                        .asString())
                .toList();
    }

    /** A runner that has had no run. */
    String idleRunner() {
        return world.runner();
    }

    /** The project that all of it is in. */
    String project() {
        return world.project();
    }
}
