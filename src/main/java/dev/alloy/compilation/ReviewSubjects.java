package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.compiler.BriefChange;
import dev.alloy.compiler.BriefDiff;
import java.util.ArrayList;
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

    private static final int LONGEST = 500;
    private static final int MOST = 20;

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
        List<String> harmed = now.brief()
                .path("protected_capabilities")
                .valueStream()
                .limit(MOST)
                .map(capability -> cut(capability.path("statement").asString()))
                .toList();
        List<ReviewSubject.ReviewedGate> gates = now.overlays().stream()
                .flatMap(overlay -> overlay.path("gates").valueStream().map(gate -> gate(overlay, gate)))
                .limit(MOST)
                .toList();
        return new ReviewSubject(cut(now.brief().at("/mission/objective").asString()), harmed, gates, news(brief, now));
    }

    private static ReviewSubject.ReviewedGate gate(JsonNode overlay, JsonNode gate) {
        return new ReviewSubject.ReviewedGate(
                cut(gate.path("name").asString()),
                cut(gate.path("command").asString()),
                gate.path("phase").asString(""),
                gate.path("required").asBoolean(),
                overlay.path("mode").asString());
    }

    private ReviewSubject.@Nullable ReviewNews news(Brief brief, BriefDiff.Side now) {
        Caller system = Caller.system(brief.organizationId());
        return lastApproval(brief)
                .map(id -> approvals.find(system, id).orElseThrow())
                .map(approval -> {
                    Brief before = briefs.get(system, approval.formationBriefId());
                    PromptPack pack = briefs.pack(system, approval.promptPackId());
                    List<BriefChange> changes = BriefDiff.between(side(before, pack), now);
                    return new ReviewSubject.ReviewNews(
                            approval.id(),
                            approval.formationBriefId(),
                            approval.approvedBy(),
                            approval.createdAt(),
                            changes.stream()
                                    .limit(MOST)
                                    .map(change -> new ReviewSubject.ReviewChange(about(change), sentence(change)))
                                    .toList(),
                            changes.size());
                })
                .orElse(null);
    }

    /** The newest one of the project that nobody took back. */
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

    static String about(BriefChange change) {
        return switch (change.area()) {
            case "prompts", "gates" -> change.area();
            case "repo" -> change.subject().equals("revision") ? "revision" : "target";
            case "foundry.throttle" -> "throttle";
            case "target.mode", "target.features", "manifest_digest", "compiler_version", "schema_version" -> "target";
            default -> "intent";
        };
    }

    static String sentence(BriefChange change) {
        String where = change.area().equals(change.subject())
                ? change.area()
                : change.area() + " “" + cut(change.subject()) + "”";
        return switch (change.change()) {
            case "added" -> where + " is new.";
            case "removed" -> where + " is gone.";
            case "reordered" -> "The order of " + where + " changed.";
            default -> where + " changed" + values(change) + ".";
        };
    }

    private static String values(BriefChange change) {
        JsonNode before = change.before();
        JsonNode after = change.after();
        if (before == null || after == null || change.area().equals("prompts")) {
            return "";
        }
        return before.isValueNode() && after.isValueNode()
                ? " from “" + cut(before.asString()) + "” to “" + cut(after.asString()) + "”"
                : "";
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "…";
    }
}
