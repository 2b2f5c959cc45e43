package dev.alloy.console.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.BriefDiffs;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.Compilations;
import dev.alloy.compilation.EvidenceDefinition;
import dev.alloy.compilation.GateOverlay;
import dev.alloy.compilation.TargetEvaluation;
import dev.alloy.compilation.Targets;
import dev.alloy.compiler.TargetDifference;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.PublicUrl;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A brief: the intent in plain words, how it was compiled and why, its prompts and gates. */
@Hidden
@Controller
class BriefPageController {

    private static final int MOST = 20;

    private final Briefs briefs;
    private final Targets targets;
    private final BriefDiffs diffs;
    private final Approvals approvals;
    private final PublicUrl urls;
    private final DatabaseClock clock;
    private final JsonMapper json;

    BriefPageController(
            Briefs briefs,
            Targets targets,
            BriefDiffs diffs,
            Approvals approvals,
            PublicUrl urls,
            DatabaseClock clock,
            JsonMapper json) {
        this.briefs = briefs;
        this.targets = targets;
        this.diffs = diffs;
        this.approvals = approvals;
        this.urls = urls;
        this.clock = clock;
        this.json = json;
    }

    /** A part of the intent that is a list of texts. */
    record Texts(String name, List<String> texts) {}

    /** A decision of the compiler. */
    record Decision(
            String feature,
            String wanted,
            String chosen,
            String severity,
            String because,
            String manifest,
            String better) {}

    /** A prompt. */
    record Prompt(String phase, String content) {}

    /** A gate of an overlay. */
    record Gate(String mode, String status, String name, String command, boolean required, String phase) {}

    /** An approval that was given. */
    record Given(
            String id,
            String scope,
            String by,
            Moment at,
            String revision,
            String status,
            @Nullable Address run) {}

    /** A difference from another brief. */
    record Change(
            String area,
            String subject,
            @Nullable String was,
            @Nullable String is) {}

    /** The page. */
    record View(
            String id,
            Address self,
            int version,
            Badge status,
            String objective,
            List<RunHead.Fact> facts,
            Badge target,
            String targetBecause,
            List<TargetDifference> targetDifferences,
            List<Texts> intent,
            List<Decision> decisions,
            List<Prompt> prompts,
            List<Gate> gates,
            List<EvidenceDefinition> evidence,
            List<Given> approvals,
            @Nullable String against,
            List<Change> changes,
            Address runs,
            String curl) {}

    @Access(authority = Authority.VIEW)
    @GetMapping("/briefs/{id}")
    ResponseEntity<byte[]> page(
            Caller caller,
            HttpServletRequest request,
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String against) {
        Compilations.Compiled whole = briefs.getWhole(caller, id);
        Brief brief = whole.brief();
        TargetEvaluation target = targets.evaluate(brief);
        JsonNode intent = json.readTree(brief.sourceIntentSnapshot());
        Instant now = clock.now();
        View view = new View(
                brief.id(),
                Address.brief(brief.id()),
                brief.ordinal(),
                brief.status().isInUse()
                        ? new Badge("good", "✔", brief.status().wireName())
                        : new Badge("idle", "⊘", brief.status().wireName()),
                JsonText.of(intent.at("/mission/objective")),
                facts(brief, whole.pack().digest(), now),
                target.standing().holds()
                        ? new Badge(
                                "good",
                                "✔",
                                "target " + target.standing().wireName().replace('_', ' '))
                        : new Badge("bad", "✖", "target " + target.standing().wireName()),
                target.because(),
                target.differences(),
                texts(intent),
                decisions(brief),
                prompts(whole.pack().prompts()),
                whole.overlays().stream()
                        .flatMap(overlay -> gates(overlay).stream())
                        .toList(),
                whole.evidence(),
                approvals.list(caller, brief.id(), new PageQuery(MOST, null, "")).items().stream()
                        .map(approval -> given(approval, now))
                        .toList(),
                against == null || against.isBlank() ? null : against.strip(),
                against == null || against.isBlank() ? List.of() : changes(caller, brief.id(), against.strip()),
                Address.RUNS.with("brief", brief.id()),
                Curl.GET + urls.of("/api/formation-briefs/" + brief.id()));
        Shell shell = Shell.of(request, "Brief " + brief.id(), Shell.Section.NONE);
        return Html.page(out -> JtebriefGenerated.render(out, Html.AS_IT_IS, shell, view));
    }

    private static List<RunHead.Fact> facts(Brief brief, String pack, Instant now) {
        return List.of(
                new RunHead.Fact(
                        "What", brief.entryEvent() + " at " + brief.throttle() + ", " + brief.effect(), null, false),
                new RunHead.Fact("Project", brief.projectId(), Address.RUNS.with("project", brief.projectId()), false),
                new RunHead.Fact("Revision", brief.repoRevision(), null, true),
                new RunHead.Fact("Branch", brief.branch(), Address.RUNS.with("branch", brief.branch()), true),
                new RunHead.Fact("Digest", brief.digest(), null, true),
                new RunHead.Fact("Intent", brief.sourceIntentDigest(), null, true),
                new RunHead.Fact("Newest prompt pack", pack, null, true),
                new RunHead.Fact("Manifest", brief.manifestDigest(), null, true),
                new RunHead.Fact("Installation", brief.installationId(), null, true),
                new RunHead.Fact(
                        "Compiled",
                        "by " + brief.createdBy() + ", "
                                + Moment.of(brief.createdAt(), now).absolute(),
                        null,
                        false));
    }

    private static List<Texts> texts(JsonNode intent) {
        List<Texts> parts = new ArrayList<>();
        add(parts, "Done when", intent.at("/mission/definition_of_done"), "");
        add(parts, "Stop when", intent.at("/mission/stop_conditions"), "");
        add(parts, "Protected capabilities", intent.path("protected_capabilities"), "statement");
        add(parts, "Threats to watch", intent.path("threats_to_watch"), "");
        add(parts, "Forbidden moves", intent.path("forbidden_moves"), "");
        add(parts, "Preferred strategies", intent.path("preferred_strategies"), "");
        add(parts, "Tradeoffs", intent.path("tradeoffs"), "");
        return parts;
    }

    private static void add(List<Texts> parts, String name, JsonNode list, String member) {
        List<String> texts = new ArrayList<>();
        list.forEach(one -> texts.add(JsonText.of(member.isEmpty() || !one.has(member) ? one : one.path(member))));
        if (!texts.isEmpty()) {
            parts.add(new Texts(name, texts));
        }
    }

    private List<Decision> decisions(Brief brief) {
        List<Decision> decisions = new ArrayList<>();
        for (JsonNode row : json.readTree(brief.report())) {
            String pointer = row.path("manifest_pointer").asStringOpt().orElse("");
            decisions.add(new Decision(
                    JsonText.of(row.path("feature")),
                    JsonText.of(row.path("wanted")),
                    JsonText.of(row.path("chosen")),
                    JsonText.of(row.path("severity")),
                    JsonText.of(row.path("because")),
                    pointer.isEmpty() ? "" : pointer + " = " + JsonText.of(row.path("manifest_value")),
                    row.path("would_improve_with").asStringOpt().orElse("")));
        }
        return decisions;
    }

    private List<Prompt> prompts(byte[] pack) {
        List<Prompt> prompts = new ArrayList<>();
        for (JsonNode document : json.readTree(pack).path("documents")) {
            prompts.add(new Prompt(
                    JsonText.of(document.path("phase")),
                    document.path("content").asStringOpt().orElse("")));
        }
        return prompts;
    }

    private List<Gate> gates(GateOverlay overlay) {
        List<Gate> gates = new ArrayList<>();
        for (JsonNode gate : json.readTree(overlay.content()).path("gates")) {
            gates.add(new Gate(
                    overlay.mode(),
                    overlay.status(),
                    JsonText.of(gate.path("name")),
                    JsonText.of(gate.path("command")),
                    gate.path("required").asBoolean(false),
                    JsonText.of(gate.path("phase"))));
        }
        return gates;
    }

    private static Given given(Approval approval, Instant now) {
        String run = approval.boundRunRequestId();
        return new Given(
                approval.id(),
                approval.scope().wireName(),
                approval.approvedBy(),
                Moment.of(approval.createdAt(), now),
                approval.repoRevision(),
                approval.status(now).wireName(),
                run == null ? null : Address.run(run));
    }

    private List<Change> changes(Caller caller, String id, String against) {
        return diffs.between(caller, id, against).changes().stream()
                .map(change -> new Change(
                        change.area(),
                        change.subject(),
                        change.before() == null ? null : JsonText.of(change.before()),
                        change.after() == null ? null : JsonText.of(change.after())))
                .toList();
    }
}
