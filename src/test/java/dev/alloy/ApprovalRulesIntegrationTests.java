package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.alloy.compilation.ApprovalScope;
import dev.alloy.contract.foundry.EntryEvent;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.TestDatabase;
import dev.alloy.testing.World;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Two people and one run for each approval above dry_run, also for whoever owns the tables and speaks plain SQL. */
@AlloyTest
class ApprovalRulesIntegrationTests {

    private static final String REVISION = World.REVISION + "0".repeat(34);

    @LocalServerPort
    private int port;

    private World world;
    private Api bob;
    private JsonNode brief;

    @BeforeEach
    void make() {
        world = World.on(port);
        world.change(world.firstRunner(), "{\"trusted_projects\":[\"" + world.project() + "\"]}");
        bob = world.person("bob", "\"view\",\"compile_briefs\"");
        ObjectNode intent = World.intent("Two people.");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        ObjectNode body = world.compileBody(intent);
        ((ObjectNode) body.path("repo")).put("revision", REVISION);
        brief = world.briefByAuthor(body);
    }

    @Test
    void aRunIsNotQueuedUnderItsRequestersOwnApproval() {
        JsonNode approval = approve(world.admin());
        JsonNode own = world.request(brief);

        refuses(queue(own, approval), "four eyes");
        assertThat(world.read(own).path("status").asString()).isEqualTo("awaiting_approval");
    }

    @Test
    void whereOnePersonIsEnoughTheDatabaseTakesItToo() throws SQLException {
        world.admin()
                .with("If-Match", "*")
                .patch("/api/projects/" + world.project(), "{\"four_eyes\":false}")
                .expect(200);
        JsonNode approval = approve(world.admin());
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();
        world.admin()
                .post(RunnerClient.path(run) + "/cancel", "{\"reason\":\"r\"}")
                .expect(200);
        JsonNode own = world.request(brief);

        assertThat(own.path("status").asString()).isEqualTo("queued");
        assertThat(own.path("approval_id")).isEqualTo(approval.path("id"));
    }

    @Test
    void whoEditedThePromptsLastDoesNotApproveThem() {
        world.admin()
                .post(
                        "/api/prompt-packs/" + brief.at("/prompt_pack/id").asString() + "/edits",
                        "{\"phase\":\"review\",\"content\":\"Look twice.\",\"reason\":\"r\"}")
                .expect(201);
        String copy = """
                insert into approvals (id, organization_id, project_id, formation_brief_id, brief_digest, prompt_pack_id,
                    prompt_pack_digest, overlay_digests, scope, repo_revision, drift_policy, approved_by, expires_at)
                select 'appr_' || p.id, p.organization_id, p.project_id, b.id, b.digest, p.id, p.digest, '{}', '%s', b.repo_revision,
                    'exact', p.created_by, alloy_now() + interval '1 day'
                from prompt_pack_compilations p join formation_brief_compilations b on b.id = p.formation_brief_id
                where p.ordinal > 1 and b.id = '""" + brief.path("id").asString() + "'";

        refuses(copy.formatted("full"), "four eyes");
        refuses(copy.formatted("commit_push"), "four eyes");
    }

    @Test
    void anApprovalThatARunHasUsedIsOfNoOther() {
        JsonNode approval = approve(world.admin());
        JsonNode used = World.requestAs(bob, brief, "").expect(201).json();
        world.firstRunner()
                .accept(used)
                .post("started", "{\"repo_revision_before\":\"" + REVISION + "\"}")
                .expect(200);
        JsonNode next = World.requestAs(world.person("carl", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201)
                .json();

        refuses(bind("'" + next.path("id").asString() + "'", approval), "duplicate key");
        refuses(rebind(next, approval), "is for run");
        refuses("delete from approval_bindings" + bindingOf(approval), "is for run");
        refuses(
                "update run_attempts set started_at = null where run_request_id = '"
                        + used.path("id").asString() + "'",
                "has started");
        refuses(queueUnbound(next, approval), "is not bound to run");
    }

    @Test
    void anApprovalIsNotBoundToTwoRunsBeforeTheyStart() {
        JsonNode approval = approve(world.admin());
        JsonNode first = World.requestAs(bob, brief, "").expect(201).json();
        JsonNode second = World.requestAs(world.person("carl", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201)
                .json();
        assertThat(world.read(first).path("status").asString()).isEqualTo("queued");

        refuses(queueUnbound(second, approval), "is not bound to run");
        refuses(rebind(second, approval), "is for run");
        assertThat(world.read(second).path("status").asString()).isEqualTo("awaiting_approval");
    }

    @Test
    void aRunIsNotQueuedUnderAnApprovalOfOtherWords() {
        JsonNode other = world.brief(World.intent("Something else."));
        JsonNode approval = world.approve(other);
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();

        refuses(queueUnbound(run, approval), "is not of what run");
    }

    @Test
    void aRunAboveDryRunIsNotQueuedUnderAnApprovalOfDryRun() {
        JsonNode approval = world.admin()
                .post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"dry_run\",\"repo_revision\":\"" + REVISION + "\"}")
                .expect(201)
                .json();
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();

        refuses(queueUnbound(run, approval), "does not reach as far");
    }

    @Test
    void aRunIsNotQueuedWithoutAnApproval() {
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute("update foundry_run_requests set status = 'queued', queued_at = alloy_now(),"
                        + " queue_expires_at = alloy_now() + interval '1 day' where id = '"
                        + run.path("id").asString() + "'"));
    }

    /** The digest says whose words they are, whatever pack is named beside it. */
    @Test
    void anApprovalThatNamesOtherDigestsThanItsPacksIsRefused() {
        String old = brief.at("/prompt_pack/id").asString();
        world.admin()
                .post(
                        "/api/prompt-packs/" + old + "/edits",
                        "{\"phase\":\"review\",\"content\":\"Look twice.\",\"reason\":\"r\"}")
                .expect(201);

        refuses("""
                insert into approvals (id, organization_id, project_id, formation_brief_id, brief_digest, prompt_pack_id,
                    prompt_pack_digest, overlay_digests, scope, repo_revision, drift_policy, approved_by, expires_at)
                select 'appr_' || p.id, p.organization_id, p.project_id, b.id, b.digest, '%s', p.digest, '{}', 'full', b.repo_revision,
                    'exact', p.created_by, alloy_now() + interval '1 day'
                from prompt_pack_compilations p join formation_brief_compilations b on b.id = p.formation_brief_id
                where p.ordinal > 1 and b.id = '%s'""".formatted(old, brief.path("id").asString()), "names other digests");
    }

    @Test
    void aRunIsNotBroughtIntoTheQueueInTwoSteps() {
        JsonNode approval = approve(world.admin());
        JsonNode run = world.request(brief);
        String where = " where id = '" + run.path("id").asString() + "'";

        refuses(
                "update foundry_run_requests set queued_at = alloy_now()" + where
                        + "; update foundry_run_requests set status = 'queued', queue_expires_at = alloy_now() + interval '1 day'"
                        + where,
                "violates check constraint");
        refuses(
                "update foundry_run_requests set approval_id = '"
                        + approval.path("id").asString() + "'" + where,
                "four eyes");
    }

    @Test
    void anApprovalThatHasEndedQueuesNothing() {
        JsonNode approval = approve(world.admin());
        world.admin()
                .post("/api/approvals/" + approval.path("id").asString() + "/revoke", "{\"reason\":\"r\"}")
                .expect(200);
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();

        refuses(queue(run, approval), "has ended");
    }

    @Test
    void anApprovalOfAnotherRevisionQueuesNothing() throws SQLException {
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();
        execute(insertApproval("commit_push", "'" + "f".repeat(40) + "'", "'ann'"));
        JsonNode approval = world.admin()
                .get("/api/formation-briefs/" + brief.path("id").asString() + "/approvals")
                .expect(200)
                .json()
                .at("/items/0");

        refuses(queue(run, approval), "is of another revision");
    }

    @Test
    void anApprovalThatIsTooNarrowQueuesNothing() {
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();

        refuses(queue(run, approve("audit_only", REVISION)), "does not reach as far");
        refuses(queue(run, approve("full", REVISION)), "does not reach as far");
    }

    /** The database and the code say the same of what a run needs. */
    @Test
    void whatARunNeedsIsSaidTwiceAndAlike() {
        for (EntryEvent event : EntryEvent.values()) {
            for (String throttle : List.of("dry_run", "audit_only", "full")) {
                assertThat(Rows.database()
                                .sql("select run_needs(:event, :throttle)")
                                .param("event", event.wire())
                                .param("throttle", throttle)
                                .query(String.class)
                                .single())
                        .as(event + " " + throttle)
                        .isEqualTo(
                                ApprovalScope.neededFor(event.wire(), throttle).wireName());
            }
        }
        for (ApprovalScope scope : ApprovalScope.values()) {
            assertThat(Rows.database()
                            .sql("select approval_reach(:scope)")
                            .param("scope", scope.wireName())
                            .query(Integer.class)
                            .single())
                    .isEqualTo(scope.ordinal() + 1);
        }
    }

    /** Of the brief's newest pack. */
    private String insertApproval(String scope, String revision, String by) {
        return """
                insert into approvals (id, organization_id, project_id, formation_brief_id, brief_digest, prompt_pack_id,
                    prompt_pack_digest, overlay_digests, scope, repo_revision, drift_policy, approved_by, expires_at)
                select 'appr_' || gen_random_uuid(), p.organization_id, p.project_id, b.id, b.digest, p.id, p.digest, '{}', '%s', %s,
                    'exact', %s, alloy_now() + interval '1 day'
                from prompt_pack_compilations p join formation_brief_compilations b on b.id = p.formation_brief_id
                where b.id = '%s' order by p.ordinal desc limit 1""".formatted(scope, revision, by, brief.path("id").asString());
    }

    @Test
    void whoCompiledTheBriefDoesNotApproveIt() throws SQLException {
        refuses(insertApproval("full", "b.repo_revision", "b.created_by"), "four eyes");
        execute(insertApproval("dry_run", "b.repo_revision", "b.created_by"));
        execute(insertApproval("full", "b.repo_revision", "'ann'"));
    }

    /** Whoever edits after the editor does not cover for them; whoever approves above dry_run does. */
    @Test
    void anEditIsItsEditorsUntilAnotherPersonApprovesIt() throws SQLException {
        Api editor = world.person("edna", "\"view\",\"compile_briefs\"");
        Api other = world.person("otto", "\"view\",\"compile_briefs\"");
        edit(editor, "Look twice.");
        edit(other, "Look three times.");

        refuses(insertApproval("full", "b.repo_revision", "'edna'"), "four eyes");
        execute(insertApproval("dry_run", "b.repo_revision", "'ann'"));
        refuses(insertApproval("full", "b.repo_revision", "'edna'"), "four eyes");
        execute(insertApproval("full", "b.repo_revision", "'ann'"));
        execute(insertApproval("full", "b.repo_revision", "'edna'"));
        execute(
                "update approvals set revoked_at = alloy_now(), revoked_by = 'ann', revocation_reason = 'r' where approved_by = 'ann'"
                        + " and formation_brief_id = '" + brief.path("id").asString() + "'");
        refuses(insertApproval("full", "b.repo_revision", "'edna'"), "four eyes");
    }

    /** What one person approved while one was enough is not what two did once two are needed. */
    @Test
    void anAuthorsApprovalIsWorthNothingOnceTwoPeopleAreNeeded() throws SQLException {
        fourEyes(false);
        execute(insertApproval("commit_push", "b.repo_revision", "b.created_by"));
        fourEyes(true);
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();
        JsonNode approval = world.admin()
                .get("/api/formation-briefs/" + brief.path("id").asString() + "/approvals")
                .expect(200)
                .json()
                .at("/items/0");

        assertThat(run.path("status").asString()).isEqualTo("awaiting_approval");
        refuses(queue(run, approval), "four eyes");
        refuses(
                "update approvals set by_author = false where id = '"
                        + approval.path("id").asString() + "'",
                "is refused");
    }

    @Test
    void anApprovalThatIsOlderThanTheRepetitionQueuesNothing() {
        JsonNode approval = approve(world.admin());
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();
        bob.post(RunnerClient.path(run) + "/cancel", "{\"reason\":\"r\"}").expect(200);
        JsonNode again = bob.post(RunnerClient.path(run) + "/reexecutions", "{\"reason\":\"r\"}")
                .expect(201)
                .json();

        assertThat(again.path("status").asString()).isEqualTo("awaiting_approval");
        refuses(queue(again, approval), "was given before");
    }

    private void edit(Api person, String content) {
        JsonNode newest = world.admin()
                .get("/api/formation-briefs/" + brief.path("id").asString())
                .expect(200)
                .json();
        person.post(
                        "/api/prompt-packs/" + newest.at("/prompt_pack/id").asString() + "/edits",
                        "{\"phase\":\"review\",\"content\":\"" + content + "\",\"reason\":\"r\"}")
                .expect(201);
    }

    private void fourEyes(boolean required) {
        world.admin()
                .with("If-Match", "*")
                .patch("/api/projects/" + world.project(), "{\"four_eyes\":" + required + "}")
                .expect(200);
    }

    private JsonNode approve(String scope, String revision) {
        return world.admin()
                .post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"" + scope + "\",\"repo_revision\":\"" + revision + "\"}")
                .expect(201)
                .json();
    }

    private JsonNode approve(Api person) {
        return person.post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"commit_push\",\"repo_revision\":\"" + REVISION + "\"}")
                .expect(201)
                .json();
    }

    private static String queue(JsonNode run, JsonNode approval) {
        return bind("'" + run.path("id").asString() + "'", approval) + "; " + queueUnbound(run, approval);
    }

    private static String bind(String run, JsonNode approval) {
        return "insert into approval_bindings (approval_id, organization_id, project_id, run_request_id)"
                + " select id, organization_id, project_id, " + run + " from approvals where id = '"
                + approval.path("id").asString() + "'";
    }

    private static String rebind(JsonNode run, JsonNode approval) {
        return "update approval_bindings set run_request_id = '"
                + run.path("id").asString() + "'" + bindingOf(approval);
    }

    private static String bindingOf(JsonNode approval) {
        return " where approval_id = '" + approval.path("id").asString() + "'";
    }

    private static String queueUnbound(JsonNode run, JsonNode approval) {
        return "update foundry_run_requests set status = 'queued', queued_at = alloy_now(), queue_expires_at = alloy_now() + interval '1"
                + " day', approval_id = '" + approval.path("id").asString() + "' where id = '"
                + run.path("id").asString() + "'";
    }

    private static void refuses(String sql, String because) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute(sql))
                .withMessageContaining(because);
    }

    /** In a transaction of its own, to its end: some rules are looked at there. */
    private static void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.shared().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(sql);
            connection.commit();
        }
    }
}
