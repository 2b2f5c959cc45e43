package dev.alloy.demo;

import static dev.alloy.demo.DemoApi.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import dev.alloy.AlloyApplication;
import dev.alloy.testing.MovedClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The demo as a newcomer meets it: the whole service on its own database, started twice. The second service then stands for all
 * others, so that the demo can die everywhere.
 */
@ExtendWith(OutputCaptureExtension.class)
class DemoIntegrationTests {

    /** What must never be made twice, and how it is listed. */
    private static final List<String> KINDS = List.of("projects", "foundry-installations", "runners", "run-requests");

    @TempDir
    static Path data;

    @TempDir
    Path journals;

    private static ConfigurableApplicationContext service;
    private static int ahead;
    private static DemoApi administrator;
    private static String token;
    private static String firstStart;
    private static String secondStart;

    @BeforeAll
    static void startTwice(CapturedOutput output) throws Exception {
        service = start();
        service.close();
        firstStart = output.toString();
        service = start();
        secondStart = output.toString().substring(firstStart.length());
        token = Files.readString(data.resolve("bootstrap-token")).strip();
        administrator = administrator(DemoCheckpoint.NONE);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void tellsTheStoryWithTheTokenOnTheFirstStart() {
        assertThat(firstStart)
                .contains("Foundry was simulated; no repository was touched")
                .contains("Wanted     Let a customer pay for a checkout with a card.")
                .contains("Protected  The payment provider can be exchanged without touching checkout rules.")
                .contains(
                        "Compiled   by engineer into brief brief_",
                        "with its prompts and 3 gate overlays, for Foundry 0.12.0")
                .contains(
                        "Approved   by reviewer: a dry_run of exactly this, at revision abc123; engineer had asked for it")
                .contains("Ran        on runner demo-runner, attempt 1, simulated: completed_with_findings")
                .contains("reported rules-tested-without-ui as passing and vendor-imports-isolated as failing")
                .contains("Proven     nothing: no gate ran")
                .contains("Missing    3 of 3 required pieces of evidence are unknown:")
                .contains("- Domain tests cover payment decisions without a UI. (unknown)")
                .contains("was what ran what was approved? not_reconstructable, ")
                .contains("docs/walk.md")
                .containsOnlyOnce(token);
        assertThat(Path.of("docs/walk.md")).exists();
    }

    @Test
    void saysLittleBeforeTheStoryAndWarnsOfNothing() {
        List<String> before = firstStart
                .lines()
                .takeWhile(line -> !line.contains("Alloy played its worked example"))
                .toList();
        assertThat(before).hasSizeLessThanOrEqualTo(25);
        assertThat(before).noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
    }

    @Test
    void everyLinkOfTheStoryOpensInABrowser() throws Exception {
        List<String> links = Pattern.compile("http://\\S+")
                .matcher(firstStart.substring(firstStart.indexOf("  Look")))
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(links).hasSize(5);
        assertThat(links.get(1)).isEqualTo(links.get(0) + "/report");
        int first = Integer.parseInt(firstPort());
        int now = Integer.parseInt(service.getEnvironment().getRequiredProperty("local.server.port"));
        HttpClient browser = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        for (String link : links.subList(0, 4)) {
            URI address = URI.create(link.replace(":" + first + "/", ":" + now + "/"));
            var page = browser.send(
                    HttpRequest.newBuilder(address)
                            .header("Accept", "text/html,application/xhtml+xml")
                            .build(),
                    BodyHandlers.ofString());
            assertThat(page.statusCode()).as(link).isEqualTo(200);
            assertThat(page.body()).containsIgnoringCase("<!doctype html>");
        }
        assertThat(administrator.download(URI.create(links.get(4)).getPath())).isNotEmpty();
    }

    private static String firstPort() {
        return firstStart.replaceAll("(?s).*Look +http://localhost:(\\d+)/runs/.*", "$1");
    }

    @Test
    void doesNotLeadToPagesThatAreTurnedOff() {
        var links = new Links("http://alloy.test", "a file", null, false);
        assertThat(DemoText.retold(JsonNodeFactory.instance.objectNode(), links).lines())
                .noneMatch(line -> line.contains("swagger"));
    }

    @Test
    void neverLogsTheToken() {
        assertThat(firstStart.lines().filter(line -> line.contains(token)))
                .allSatisfy(line -> assertThat(line).startsWith("  Token"));
    }

    @Test
    void tellsWhereToLookAndNoTokenOnLaterStarts() {
        assertThat(secondStart)
                .contains("played already (completed_with_findings)", "/swagger-ui.html", "bootstrap-token")
                .doesNotContain(token, "Foundry was simulated");
    }

    @Test
    void leavesOneRunWithItsEvidenceInAnOrganizationOfItsOwn() {
        JsonNode run = assertOneOfEach(DemoNames.DEFAULT);
        String path = "/api/run-requests/" + text(run, "id");

        assertThat(text(run, "foundry_run_id")).startsWith(DemoFoundry.RUN_ID_PREFIX);
        assertThat(administrator.get(path + "/evidence").path("totals").toString())
                .contains("\"required\":3", "\"passing\":0", "\"failing\":0", "\"unknown\":3");
        assertThat(run.path("simulated").booleanValue()).isTrue();
        assertThat(text(administrator.get(path + "/audit").path("exact_snapshot"), "verdict"))
                .isEqualTo("not_reconstructable");
    }

    @Test
    void goesOnWhereverItDied() throws Exception {
        int cut = 0;
        boolean died = true;
        while (died) {
            cut++;
            DemoNames names = names("died", cut);
            died = dies(names, cut);
            play(names);
            assertOneOfEach(names);
        }
        assertThat(cut).as("places to die").isGreaterThan(20);
    }

    @Test
    void makesNothingTwiceWhenTheSecretsAreLost() throws Exception {
        DemoNames names = new DemoNames("forgot-secrets", "forgot-secrets-checkout");
        dies(names, journal -> journal.find(DemoPeople.REVIEWER).isPresent());
        forget(names);

        play(names);
        assertOneOfEach(names);
    }

    @ParameterizedTest
    @CsvSource({"accepted,lease_token", "executing,result"})
    void saysThatALeaseLostWithTheJournalEndsTheDemo(String status, String written) throws Exception {
        DemoNames names = new DemoNames("forgot-" + status, "forgot-" + status + "-checkout");
        dies(names, journal -> isAt(status, written, names, journal));
        forget(names);

        assertThatExceptionOfType(DemoStopped.class)
                .isThrownBy(() -> play(names, DemoCheckpoint.NONE))
                .withMessageContaining("is '" + status + "', but its lease was lost");
        assertThat(of("run-requests", names)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"accepted,lease_token", "executing,lease_token", "executing,result"})
    void goesOnAfterTheLeaseHasEnded(String status, String written) throws Exception {
        DemoNames names = names("late-" + status + "-" + written.charAt(0), 1);
        dies(names, journal -> isAt(status, written, names, journal));
        moveTheClock();

        play(names);
        assertThat(of("run-requests", names)).hasSize(1);
    }

    /** The run has this status, and the journal this member of its attempt. */
    private static boolean isAt(String status, String written, DemoNames names, DemoJournal journal) {
        return journal.find("attempt")
                .filter(attempt -> attempt.has(written))
                .filter(attempt ->
                        text(of("run-requests", names).get(0), "status").equals(status))
                .isPresent();
    }

    private void forget(DemoNames names) throws IOException {
        Files.delete(journals.resolve(names.organization()).resolve("journal.json"));
    }

    private static void moveTheClock() {
        ahead += 120;
        MovedClock.ahead(service.getBean(DataSource.class), ahead);
    }

    private static ConfigurableApplicationContext start() throws Exception {
        var started = SpringApplication.run(
                AlloyApplication.class,
                "--server.port=0",
                "--alloy.data-dir=" + data,
                "--alloy.demo=true",
                "--alloy.bootstrap-token=",
                "--alloy.public-url=",
                "--spring.datasource.url=");
        started.getBean(DemoLauncher.class).ended().get(60, TimeUnit.SECONDS);
        return started;
    }

    /** The process ends: nothing in the demo may catch it. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Returns whether the demo was long enough to die at this place. */
    private boolean dies(DemoNames names, int place) {
        int[] left = {place};
        return dies(names, journal -> --left[0] == 0);
    }

    /** Returns whether it came to the place. */
    private boolean dies(DemoNames names, Predicate<DemoJournal> place) {
        var journal = new DemoJournal(journals.resolve(names.organization()), DemoCheckpoint.NONE);
        try {
            play(names, () -> {
                if (place.test(journal)) {
                    throw new Died();
                }
            });
            return false;
        } catch (Died e) {
            return true;
        }
    }

    private void play(DemoNames names) {
        List<DemoText> told = play(names, DemoCheckpoint.NONE);
        assertThat(told).hasSize(1);
        assertThat(told.get(0).toString()).contains("completed_with_findings");
    }

    private List<DemoText> play(DemoNames names, DemoCheckpoint checkpoint) {
        List<DemoText> told = new ArrayList<>();
        var journal = new DemoJournal(journals.resolve(names.organization()), checkpoint);
        new Demo(administrator(checkpoint), journal, names, new Links("http://alloy.test", "a file", null, true))
                .play(told::add);
        return told;
    }

    private JsonNode assertOneOfEach(DemoNames names) {
        KINDS.forEach(kind -> assertThat(of(kind, names)).as(kind).hasSize(1));
        List<JsonNode> briefs = administrator.list("/api/projects/" + names.project() + "/formation-briefs");
        assertThat(briefs).hasSize(1);
        assertThat(administrator.list("/api/formation-briefs/" + text(briefs.get(0), "id") + "/approvals"))
                .hasSize(1);
        assertThat(administrator.list("/api/access-tokens"))
                .filteredOn(one -> text(one, "organization_id").equals(names.organization()))
                .allSatisfy(one -> assertThat(text(one, "revoked_at")).isNotEmpty());
        JsonNode run = of("run-requests", names).get(0);
        assertThat(text(run, "status")).isEqualTo("completed_with_findings");
        assertThat(run.path("attempts").asInt()).isEqualTo(1);
        assertNoSecretIsLeft(names);
        return run;
    }

    private void assertNoSecretIsLeft(DemoNames names) {
        Path journal = names.equals(DemoNames.DEFAULT)
                ? data.resolve("demo/journal.json")
                : journals.resolve(names.organization()).resolve("journal.json");
        try (Stream<String> lines = Files.lines(journal)) {
            assertThat(lines.filter(line -> line.contains("alloy_"))).isEmpty();
        } catch (IOException e) {
            fail(e);
        }
    }

    private static List<JsonNode> of(String kind, DemoNames names) {
        return administrator.list("/api/" + kind).stream()
                .filter(one -> text(one, "organization_id").equals(names.organization())
                        || text(one, "project_id").equals(names.project()))
                .toList();
    }

    private static DemoNames names(String organization, int number) {
        return new DemoNames(organization + "-" + number, organization + "-" + number + "-checkout");
    }

    private static DemoApi administrator(DemoCheckpoint checkpoint) {
        String port = service.getEnvironment().getRequiredProperty("local.server.port");
        return new DemoApi(URI.create("http://127.0.0.1:" + port), token, checkpoint);
    }
}
