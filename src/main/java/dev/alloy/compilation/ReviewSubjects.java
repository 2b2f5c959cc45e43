package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.compiler.BriefDiff;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Says in words what a reviewer decides about. */
@Service
@Transactional(readOnly = true)
public class ReviewSubjects {

    private static final int MOST = 20;

    /** As many changes as a page of the console shows of one run. */
    private static final int MOST_CHANGES = 60;

    private final Briefs briefs;
    private final ApprovalRepository approvals;
    private final JdbcClient jdbc;
    private final JsonMapper json;

    ReviewSubjects(Briefs briefs, ApprovalRepository approvals, JdbcClient jdbc, JsonMapper json) {
        this.briefs = briefs;
        this.approvals = approvals;
        this.jdbc = jdbc;
        this.json = json;
    }

    /** What approving the brief with this pack would let happen. */
    public ReviewSubject of(Brief brief, PromptPack pack) {
        BriefDiff.Side now = side(brief, pack);
        JsonNode harmed = now.brief().path("protected_capabilities");
        List<ReviewSubject.Gate> gates = now.overlays().stream()
                .flatMap(overlay -> overlay.path("gates").valueStream().map(gate -> gate(overlay, gate)))
                .sorted(Comparator.comparing(
                        gate -> !gate.required() || gate.mode().equals("advisory")))
                .toList();
        return new ReviewSubject(
                ReviewChanges.cut(now.brief().at("/mission/objective").asString()),
                harmed.valueStream()
                        .limit(MOST)
                        .map(capability ->
                                ReviewChanges.cut(capability.path("statement").asString()))
                        .toList(),
                harmed.size(),
                gates.stream().limit(MOST).toList(),
                gates.size(),
                news(brief, now));
    }

    private static ReviewSubject.Gate gate(JsonNode overlay, JsonNode gate) {
        return new ReviewSubject.Gate(
                ReviewChanges.cut(gate.path("name").asString()),
                ReviewChanges.cut(gate.path("command").asString()),
                gate.path("phase").asString(""),
                gate.path("required").asBoolean(),
                overlay.path("mode").asString());
    }

    private ReviewSubject.@Nullable News news(Brief brief, BriefDiff.Side now) {
        Caller system = Caller.system(brief.organizationId());
        return lastApproval(brief)
                .map(id -> approvals.find(system, id).orElseThrow())
                .map(approval -> {
                    Brief before = briefs.get(system, approval.formationBriefId());
                    PromptPack pack = briefs.pack(system, approval.promptPackId());
                    List<ReviewSubject.Change> changes =
                            ReviewChanges.inWords(BriefDiff.between(side(before, pack), now));
                    return new ReviewSubject.News(
                            approval, ReviewChanges.choose(changes, MOST_CHANGES), ReviewChanges.counts(changes));
                })
                .orElse(null);
    }

    /** The newest one of the project that was not revoked. */
    private Optional<String> lastApproval(Brief brief) {
        return jdbc.sql("""
                        select id from approvals
                        where organization_id = :organization and project_id = :project and revoked_at is null
                        order by approved_at desc, id desc limit 1
                        """)
                .param("organization", brief.organizationId())
                .param("project", brief.projectId())
                .query(String.class)
                .optional();
    }

    private BriefDiff.Side side(Brief brief, PromptPack pack) {
        List<JsonNode> overlays = new ArrayList<>();
        briefs.overlaysInUse(Caller.system(brief.organizationId()), brief.id())
                .forEach(overlay -> overlays.add(json.readTree(overlay.content())));
        return new BriefDiff.Side(json.readTree(brief.compiledPayload()), json.readTree(pack.prompts()), overlays);
    }
}
