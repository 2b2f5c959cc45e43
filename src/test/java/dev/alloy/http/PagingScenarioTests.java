package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.Digest;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** A list is walked to its end by cursors, and a cursor is good for its own list only. */
@AlloyTest
class PagingScenarioTests {

    @LocalServerPort
    private int port;

    @Test
    void aWalkMeetsEveryItemOnceWhileMoreAreAdded() {
        World world = World.on(port);
        Api reader = world.person("reader", "\"view\"");
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(world.token("t" + i, "\"view\"", "").path("id").asString());
        }
        List<String> met = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page = reader.get("/api/access-tokens?limit=2" + cursor)
                    .expect(200)
                    .json();
            assertThat(page.path("items").size()).isBetween(1, 2);
            page.path("items").forEach(item -> met.add(item.path("id").asString()));
            world.token("later" + pages, "\"view\"", "");
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asString();
            pages++;
        } while (!cursor.isEmpty());
        assertThat(pages).isEqualTo(4);
        assertThat(met).doesNotHaveDuplicates().containsAll(made);
        assertThat(met.subList(0, 7)).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "201", "1000", "1.5", "ten", "", "%2B5", "99999999999", "%D9%A1"})
    void aLimitIsANumberFrom1To200(String limit) {
        Api.Answer answer =
                Api.on(port).get("/api/organizations?limit=" + limit).expect(400);
        assertThat(answer.problem()).isEqualTo("invalid-parameter");
    }

    @Test
    void theLimitsThemselvesAreAllowed() {
        World world = World.on(port);
        assertThat(world.admin()
                        .get("/api/access-tokens?limit=200")
                        .expect(200)
                        .json()
                        .propertyNames())
                .containsExactly("items", "next_cursor");
        assertThat(world.admin()
                        .get("/api/foundry-installations?limit=1")
                        .expect(200)
                        .json()
                        .path("items")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void aCursorThatWasNotGivenIsRefused() {
        World world = World.on(port);
        String cursor = cursor(world, "/api/access-tokens?limit=1");
        refused(world.admin(), "/api/access-tokens?cursor=" + cursor.substring(0, cursor.length() - 3));
        refused(world.admin(), "/api/access-tokens?cursor=" + cursor + "AAAA");
        refused(world.admin(), "/api/access-tokens?cursor=nonsense");
        refused(world.admin(), "/api/access-tokens?cursor=");
        refused(world.admin(), "/api/access-tokens?cursor=%25");
        refused(world.admin(), "/api/access-tokens?cursor=" + "A".repeat(3_000));
        refused(world.admin(), "/api/access-tokens?cursor=" + forged("2030-01-01T00:00:00Z|tok_0|0000000000000000"));
        refused(world.admin(), "/api/access-tokens?cursor=" + forged("2030-01-01T00:00:00Z|tok_0|"));
        refused(world.admin(), "/api/access-tokens?cursor=" + forged("' or 1=1 --|tok_0|x"));
        world.admin().get("/api/access-tokens?cursor=" + cursor).expect(200);
    }

    @Test
    void aCursorOfAnotherListFilterOrOrganizationIsRefused() {
        World world = World.on(port);
        World other = World.on(port);
        world.token("twin", "\"view\"", "");
        world.token("twin", "\"view\"", "");
        Api mine = world.person("me", "\"view\"");
        Api theirs = other.person("me", "\"view\"");
        String cursor = mine.get("/api/access-tokens?limit=1")
                .expect(200)
                .json()
                .path("next_cursor")
                .asString();
        refused(mine, "/api/runners?cursor=" + cursor);
        refused(mine, "/api/access-tokens?name=twin&cursor=" + cursor);
        refused(theirs, "/api/access-tokens?cursor=" + cursor);
        String filtered = mine.get("/api/access-tokens?limit=1&name=twin")
                .expect(200)
                .json()
                .path("next_cursor")
                .asString();
        refused(mine, "/api/access-tokens?cursor=" + filtered);
        refused(mine, "/api/access-tokens?name=me&cursor=" + filtered);
        assertThat(mine.get("/api/access-tokens?name=twin&cursor=" + filtered)
                        .expect(200)
                        .json()
                        .path("items")
                        .size())
                .isEqualTo(1);
    }

    private static String cursor(World world, String path) {
        world.token("one", "\"view\"", "");
        world.token("two", "\"view\"", "");
        return world.admin().get(path).expect(200).json().path("next_cursor").asString();
    }

    @Test
    void aCursorWithTheRightSealStillNamesAPlaceThatAListCouldHave() {
        World world = World.on(port);
        String binding = "/PERSON/bootstrap /api/access-tokens?";
        for (String place : List.of(
                "+999999999-12-31T23:59:59Z|tok_0", "2026-01-01T00:00:00Z|tok\u0000", "-9999-01-01T00:00:00Z|tok_0")) {
            String seal = Digest.of((place + "|" + binding).getBytes(StandardCharsets.UTF_8))
                    .substring(7, 23);
            refused(world.admin(), "/api/access-tokens?cursor=" + forged(place + "|" + seal));
        }
    }

    private static String forged(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(Api api, String path) {
        assertThat(api.get(path).expect(400).problem()).as(path).isEqualTo("invalid-cursor");
    }
}
