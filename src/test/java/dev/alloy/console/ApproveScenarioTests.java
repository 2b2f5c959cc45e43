package dev.alloy.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Browser;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** A reviewer decides on a page: exactly what it shows, or nothing. */
@AlloyTest
class ApproveScenarioTests {

    private static final List<String> FIELDS =
            List.of("brief_digest", "prompt_pack_digest", "overlay_digests", "revision", "branch", "scope");

    @LocalServerPort
    private int port;

    private World world;
    private JsonNode brief;
    private JsonNode run;
    private String page;

    @BeforeEach
    void aRunWaits() {
        world = World.on(port);
        brief = world.brief(World.intent("Pay in " + world.project()));
        run = world.request(brief);
        page = "/runs/" + run.path("id").asString() + "/approve";
    }

    private Browser reviewer() {
        return Browser.signedIn(port, world.token("rob", "\"view\",\"approve_dry_run\"", ""));
    }

    @Test
    void theFormApprovesWhatItShows() {
        try (Browser browser = reviewer()) {
            HtmlPage shown = browser.get(page);
            assertThat(shown.asNormalizedText())
                    .contains(
                            "Foundry may go through iteration_requested in " + world.project() + " at " + World.REVISION
                                    + " without changing anything",
                            "Pay in " + world.project(),
                            "Nothing was approved in this project before: everything is new.",
                            "dry run – needed, yours to give",
                            "Evidence promised",
                            "Domain tests cover payment decisions");

            HtmlForm form = form(shown);
            form.getInputByName("comment").setValue("Looks right");
            form.getSelectByName("days").setSelectedAttribute("1", true);
            HtmlPage after = browser.submit(form);

            assertThat(after.getUrl().getPath())
                    .isEqualTo("/runs/" + run.path("id").asString());
            assertThat(world.read(run).path("status").asString()).isEqualTo("queued");
            JsonNode approval = world.admin()
                    .get("/api/approvals/" + world.read(run).path("approval_id").asString())
                    .json();
            assertThat(approval.path("approved_by").asString()).isEqualTo("rob");
            assertThat(approval.path("comment").asString()).isEqualTo("Looks right");
            assertThat(approval.path("brief_digest")).isEqualTo(run.path("brief_digest"));
            assertThat(approval.path("prompt_pack_digest")).isEqualTo(run.path("prompt_pack_digest"));
            JsonNode audited = world.admin()
                    .get("/api/audit-events?type=approval.given&target_id="
                            + approval.path("id").asString())
                    .json()
                    .path("items")
                    .path(0);
            assertThat(audited.at("/detail/via").asString()).isEqualTo("console");
        }
    }

    /** The back button, a double click, two reviewers: the second finds what the first did. */
    @Test
    void theSameFormAgainSaysWhatHappened() {
        try (Browser browser = reviewer()) {
            Map<String, String> fields = fields(browser.get(page));
            browser.post(page, fields).expect(303);
            Map<String, String> before = Rows.of(world.organization());

            Api.Answer again = browser.post(page, fields);

            assertThat(again.status()).isEqualTo(409);
            assertThat(again.text())
                    .contains(
                            "Your form changed nothing",
                            "rob approved it",
                            "and it is queued",
                            "There is nothing to decide")
                    .doesNotContain("Nothing was approved", "Foundry may");
            assertThat(Rows.of(world.organization())).isEqualTo(before);
        }
    }

    /** Two tabs: a no after the yes does not stop the run, and says what would; a yes after the no approves nothing. */
    @Test
    void theSecondOfTwoDecisionsSaysWhatTheFirstWas() {
        JsonNode other = world.request(world.brief(World.intent("Refund in " + world.project())));
        String second = "/runs/" + other.path("id").asString() + "/approve";
        try (Browser browser = reviewer();
                Browser sue = Browser.signedIn(port, world.token("sue", "\"view\",\"approve_dry_run\"", ""))) {
            Map<String, String> yes = fields(browser.get(page));
            browser.post(page, yes).expect(303);
            Map<String, String> before = Rows.of(world.organization());
            Api.Answer no = sue.post("/sign-out", page, Map.of("decision", "decline", "reason", "No"));
            assertThat(no.status()).isEqualTo(409);
            assertThat(no.text())
                    .contains("Your form changed nothing", "rob approved it", "/cancel")
                    .doesNotContain("Nothing was approved");
            assertThat(Rows.of(world.organization())).isEqualTo(before);
            assertThat(world.read(run).path("status").asString()).isEqualTo("queued");

            Map<String, String> late = fields(browser.get(second));
            sue.post(second, Map.of("decision", "decline", "reason", "Not now")).expect(303);
            before = Rows.of(world.organization());
            Api.Answer refused = browser.post("/sign-out", second, late);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text()).contains("Your form changed nothing", "sue declined it: Not now");
            assertThat(Rows.of(world.organization())).isEqualTo(before);
            assertThat(browser.get(second).asNormalizedText())
                    .contains("There is nothing to decide: the run is cancelled")
                    .doesNotContain("Foundry may", "Decline it", "needed, yours to give");
        }
    }

    /** A run in the queue whose approval has ended waits for another one, and its pages lead there. */
    @Test
    void aRunWhoseApprovalHasEndedIsDecidedAboutAgain() {
        try (Browser browser = reviewer()) {
            browser.post(page, fields(browser.get(page))).expect(303);
            String first = world.read(run).path("approval_id").asString();
            assertThat(Browser.links(browser.get(page.replace("/approve", "")))).doesNotContain(page);
            world.admin()
                    .post("/api/approvals/" + first + "/revoke", "{\"reason\":\"Wrong commit\"}")
                    .expect(200);

            assertThat(Browser.links(browser.get(page.replace("/approve", "")))).contains(page);
            HtmlPage shown = browser.get(page);
            assertThat(shown.asNormalizedText())
                    .contains("Foundry may go through", "needed, yours to give")
                    .doesNotContain("nothing to decide", "Decline it");
            browser.post(page, fields(shown)).expect(303);

            assertThat(world.read(run).path("status").asString()).isEqualTo("queued");
            assertThat(world.read(run).path("approval_id").asString()).isNotEqualTo(first);
        }
    }

    /** An approval to change code is one run's: that of the page, however long another one of the same brief has waited. */
    @Test
    void theRunOnThePageTakesTheApproval() {
        var intent = World.intent("Commit in " + world.project());
        ((tools.jackson.databind.node.ObjectNode) intent.path("foundry"))
                .put("entry_event", "execution_requested")
                .put("throttle", "full");
        JsonNode full = world.brief(intent);
        JsonNode first = World.requestAs(world.person("ada", "\"view\",\"compile_briefs\""), full, "")
                .expect(201)
                .json();
        JsonNode second = World.requestAs(world.person("bea", "\"view\",\"compile_briefs\""), full, "")
                .expect(201)
                .json();
        String path = "/runs/" + second.path("id").asString() + "/approve";
        String whole = World.REVISION + "0".repeat(34);
        try (Browser browser = Browser.signedIn(port, world.token("rob", "\"view\",\"approve_commit_push\"", ""))) {
            HtmlPage shown = name(browser, path, whole);
            assertThat(shown.asNormalizedText())
                    .contains("bound to this one run", "Four eyes: a reviewer other than bea");
            browser.post("/sign-out", path, fields(shown)).expect(303);

            assertThat(world.read(second).path("status").asString()).isEqualTo("queued");
            assertThat(world.read(first).path("status").asString()).isEqualTo("awaiting_approval");

            String other = "/runs/" + first.path("id").asString() + "/approve";
            browser.post("/sign-out", other, fields(name(browser, other, whole)))
                    .expect(303);
            assertThat(world.read(first).path("status").asString()).isEqualTo("queued");
            assertThat(world.read(first).path("approval_id"))
                    .isNotEqualTo(world.read(second).path("approval_id"));
        }
    }

    @Test
    void whatIsNotWhatWasShownIsNotApproved() {
        try (Browser browser = reviewer()) {
            Map<String, String> fields = fields(browser.get(page));
            Map<String, String> before = Rows.of(world.organization());
            for (String field : FIELDS) {
                Map<String, String> other = new LinkedHashMap<>(fields);
                other.put(field, field.equals("scope") ? "release" : "sha256:" + "0".repeat(64));

                Api.Answer answer = browser.post(page, other);

                assertThat(answer.status()).as(field).isEqualTo(409);
                assertThat(answer.text())
                        .contains("Nothing was approved", "changed: you were shown")
                        .contains("form_token");
            }
            Map<String, String> missing = new LinkedHashMap<>(fields);
            missing.remove("brief_digest");
            assertThat(browser.post(page, missing).status()).isEqualTo(400);
            Map<String, String> long_ = new LinkedHashMap<>(fields);
            long_.put("days", "31");
            assertThat(browser.post(page, long_).status()).isEqualTo(400);
            assertThat(Rows.of(world.organization())).isEqualTo(before);
        }
    }

    @Test
    void aReviewerDeclinesWithAReason() {
        try (Browser browser = reviewer();
                Browser reader = Browser.signedIn(port, world.token("eve", "\"view\"", ""))) {
            assertThat(browser.post(page, Map.of("decision", "decline", "reason", " "))
                            .status())
                    .isEqualTo(400);
            assertThat(reader.post("/sign-out", page, Map.of("decision", "decline", "reason", "No"))
                            .status())
                    .isEqualTo(403);
            assertThat(reader.get(page).asNormalizedText()).doesNotContain("Decline it");
            assertThat(browser.post(page, Map.of("decision", "maybe", "reason", "No"))
                            .status())
                    .isEqualTo(400);
            assertThat(world.read(run).path("status").asString()).isEqualTo("awaiting_approval");

            HtmlForm form = browser.get(page).getForms().stream()
                    .filter(one -> one.getInputsByName("reason").size() == 1)
                    .findFirst()
                    .orElseThrow();
            form.getInputByName("reason").setValue("Not before the release <b>");
            HtmlPage after = browser.submit(form);
            assertThat(after.asNormalizedText()).contains("Declined by rob: Not before the release <b>");

            JsonNode declined = world.read(run);
            assertThat(declined.path("status").asString()).isEqualTo("cancelled");
            assertThat(declined.path("declined_by").asString()).isEqualTo("rob");
            assertThat(declined.path("decline_reason").asString()).isEqualTo("Not before the release <b>");
            assertThat(browser.post("/sign-out", page, Map.of("decision", "decline", "reason", "Again"))
                            .status())
                    .isEqualTo(409);
        }
    }

    /** Between the look and the click somebody rejects a gate overlay. */
    @Test
    void whatChangesInTheMeantimeIsShownInstead() {
        try (Browser browser = reviewer()) {
            HtmlPage shown = browser.get(page);
            Map<String, String> fields = fields(shown);
            JsonNode overlay = brief.path("gate_overlays").path(0);
            world.admin()
                    .with(
                            "If-Match",
                            String.valueOf(world.admin()
                                    .get("/api/gate-overlays/"
                                            + overlay.path("id").asString())
                                    .header("ETag")))
                    .post(
                            "/api/gate-overlays/" + overlay.path("id").asString() + "/reject",
                            "{\"reason\":\"Too slow\"}")
                    .expect(200);

            Api.Answer answer = browser.post(page, fields);

            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.text()).contains("The set of gate overlays changed");
            assertThat(world.read(run).path("status").asString()).isEqualTo("awaiting_approval");
        }
    }

    @Test
    void whoMayNotApproveReadsWhy() {
        try (Browser reader = Browser.signedIn(port, world.token("eve", "\"view\"", ""));
                Browser other = Browser.signedIn(port, world.token("lea", "\"view\",\"approve_release\"", ""))) {
            HtmlPage shown = reader.get(page);
            assertThat(shown.asNormalizedText())
                    .contains("You cannot approve this. Approving requires the authority approve_dry_run");
            assertThat(shown.<DomElement>getByXPath("//section[@class='approve']//form"))
                    .isEmpty();
            Map<String, String> fields;
            try (Browser may = reviewer()) {
                fields = fields(may.get(page));
            }
            Map<String, String> before = Rows.of(world.organization());
            Api.Answer refused = reader.post("/sign-out", page, fields);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text()).contains("authority-missing");
            assertThat(other.post("/sign-out", page, fields).status()).isEqualTo(403);
            assertThat(Rows.of(world.organization())).isEqualTo(before);
        }
    }

    @Test
    void fourEyesAreShownBeforeAnybodyTries() {
        var intent = World.mutatingIntent();
        ((tools.jackson.databind.node.ObjectNode) intent.path("foundry")).put("throttle", "full");
        JsonNode full = world.brief(intent);
        Api ada = world.person("ada", "\"view\",\"compile_briefs\",\"approve_commit_push\"");
        JsonNode own = World.requestAs(ada, full, "").expect(201).json();
        String path = "/runs/" + own.path("id").asString() + "/approve";
        try (Browser asks = Browser.signedIn(port, world.token("ada", "\"view\",\"approve_commit_push\"", ""));
                Browser other = Browser.signedIn(port, world.token("rob", "\"view\",\"approve_commit_push\"", ""))) {
            assertThat(asks.get(path).asNormalizedText()).contains("Four eyes: you requested this run");
            assertThat(other.get(path).asNormalizedText())
                    .contains("may commit to alloy/checkout-payment", "and push, once", "40 or 64 digits");
        }
    }

    /** A brief may name a commit by its first digits; an approval that lets code be changed does not. */
    @Test
    void aShortRevisionIsCompletedAndShownBeforeAnythingIsApproved() {
        String path = mutating("");
        String whole = World.REVISION + "0123456789abcdef".repeat(2) + "01";
        try (Browser browser = Browser.signedIn(port, world.token("rob", "\"view\",\"approve_commit_push\"", ""))) {
            HtmlPage asks = browser.get(path);
            assertThat(asks.<DomElement>getByXPath("//button[@value='approve']"))
                    .isEmpty();
            assertThat(field(asks).getValue()).isEmpty();
            assertThat(asks.asNormalizedText())
                    .contains("Which commit do you approve?", "The brief says " + World.REVISION, "git rev-parse");
            assertThat(asks.getElementById(field(asks).getAttribute("aria-describedby")))
                    .isNotNull();

            Map.of(
                            "abc123z",
                            "40 or 64 digits",
                            World.REVISION + "00",
                            "You named 8",
                            "f".repeat(40),
                            "one that begins with " + World.REVISION)
                    .forEach((wrong, words) -> {
                        HtmlPage refused = name(browser, path, wrong);
                        assertThat(refused.getWebResponse().getStatusCode()).isEqualTo(400);
                        assertThat(refused.asNormalizedText()).contains(words);
                        assertThat(field(refused).getValue()).isEqualTo(wrong);
                        assertThat(refused.<DomElement>getByXPath("//button[@value='approve']"))
                                .isEmpty();
                    });

            HtmlPage confirms = name(browser, path, " " + whole.toUpperCase(Locale.ROOT));
            assertThat(confirms.<DomElement>getFirstByXPath("//h1").asNormalizedText())
                    .contains("at " + whole, "and push, once");
            assertThat(confirms.asNormalizedText()).contains("revision " + whole, "which you named");

            Map<String, String> fields = fields(confirms);
            Map<String, String> before = Rows.of(world.organization());
            Map<String, String> shorter = new LinkedHashMap<>(fields);
            shorter.put("revision", World.REVISION);
            Api.Answer refused = browser.post("/sign-out", path, shorter);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("Which commit do you approve?");
            Map<String, String> another = new LinkedHashMap<>(fields);
            another.put("revision", "f".repeat(40));
            assertThat(browser.post("/sign-out", path, another).status()).isEqualTo(400);
            assertThat(Rows.of(world.organization())).isEqualTo(before);

            browser.post("/sign-out", path, fields).expect(303);
            JsonNode run = world.admin()
                    .get(path.replace("/runs/", "/api/run-requests/").replace("/approve", ""))
                    .json();
            assertThat(run.path("status").asString()).isEqualTo("queued");
            assertThat(world.admin()
                            .get("/api/approvals/" + run.path("approval_id").asString())
                            .json()
                            .path("repo_revision")
                            .asString())
                    .isEqualTo(whole);
        }
    }

    @Test
    void theRevisionThatARunnerFoundIsProposed() {
        String whole = World.REVISION + "9".repeat(34);
        String path = mutating(whole);
        try (Browser browser = Browser.signedIn(
                port, world.token("rob", "\"view\",\"approve_mutation\",\"approve_commit_push\"", ""))) {
            HtmlPage asks = browser.get(path);
            assertThat(field(asks).getValue()).isEqualTo(whole);
            assertThat(asks.asNormalizedText()).contains("an earlier run of this brief");
            assertThat(asks.<DomElement>getByXPath("//button[@value='approve']"))
                    .as("a runner's word is looked at first")
                    .isEmpty();
        }
    }

    /** The page of a run that may commit, and waits; of its brief a run was started before, where a runner found that revision. */
    private String mutating(String found) {
        var intent = World.intent("Commit in " + world.project());
        ((tools.jackson.databind.node.ObjectNode) intent.path("foundry"))
                .put("entry_event", found.isEmpty() ? "execution_requested" : "iteration_requested")
                .put("throttle", "full");
        JsonNode full = world.brief(intent);
        Api ada = world.person("ada", "\"view\",\"compile_briefs\"");
        if (!found.isEmpty()) {
            JsonNode dry = World.requestAs(ada, full, ",\"throttle\":\"dry_run\"")
                    .expect(201)
                    .json();
            world.approve(full);
            world.firstRunner()
                    .accept(dry)
                    .post("started", "{\"repo_revision_before\":\"" + found + "\"}")
                    .expect(200);
        }
        JsonNode own = World.requestAs(ada, full, "").expect(201).json();
        return "/runs/" + own.path("id").asString() + "/approve";
    }

    private static HtmlInput field(HtmlPage page) {
        return page.getFirstByXPath("//input[@id='revision']");
    }

    private static HtmlPage name(Browser browser, String path, String revision) {
        HtmlPage asks = browser.get(path);
        field(asks).setValue(revision);
        return browser.submit(Objects.requireNonNull(field(asks).getEnclosingForm()));
    }

    /** The pages say what the call would say: there is a no to give, and no yes. */
    @Test
    void whatNobodyCanApproveHasNoButton() {
        String required = brief.path("gate_overlays")
                .valueStream()
                .filter(overlay -> !overlay.path("mode").asString().equals("advisory"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString();
        world.admin()
                .post("/api/gate-overlays/" + required + "/reject", "{\"reason\":\"Proves nothing.\"}")
                .expect(200);
        try (Browser browser = reviewer()) {
            HtmlPage shown = browser.get(page);
            assertThat(shown.asNormalizedText())
                    .contains(
                            "You cannot approve this. No approval can be given.",
                            "was rejected by bootstrap: Proves nothing.",
                            "Decline it");
            assertThat(shown.<DomElement>getByXPath("//button[@value='approve']"))
                    .isEmpty();
            assertThat(browser.get("/").asNormalizedText())
                    .contains("You may decline it; it cannot be approved.")
                    .doesNotContain("Decide");
        }
    }

    @Test
    void whatIsNewSinceTheLastApprovalComesFirst() {
        world.approve(brief);
        var intent = World.intent("Pay twice in " + world.project());
        JsonNode next = world.request(world.brief(intent));
        try (Browser browser = reviewer()) {
            HtmlPage shown = browser.get("/runs/" + next.path("id").asString() + "/approve");

            assertThat(shown.asNormalizedText())
                    .contains(
                            "Compared with what bootstrap approved last",
                            "mission.objective",
                            "− Pay in " + world.project(),
                            "+ Pay twice in " + world.project());
        }
    }

    private static HtmlForm form(HtmlPage page) {
        return page.getForms().stream()
                .filter(form -> form.getActionAttribute().endsWith("/approve"))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> fields(HtmlPage page) {
        HtmlForm form = form(page);
        Map<String, String> fields = new LinkedHashMap<>();
        FIELDS.forEach(name -> fields.put(name, form.getInputByName(name).getValue()));
        fields.put("days", "7");
        fields.put("decision", "approve");
        return fields;
    }
}
