package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.access.Organizations;
import dev.alloy.access.Project;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.compiler.IntentTemplate;
import dev.alloy.compiler.TemplateRefused;
import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.Finding;
import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.http.EntityTag;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The brief templates of an organization. Source: compiler.md, “Templates”. */
@Service
@Transactional
public class Templates {

    private final BriefTemplateRepository templates;
    private final TemplateVersions versions;
    private final Organizations organizations;
    private final JsonMapper json;
    private final DatabaseClock clock;
    private final AuditLog audit;

    Templates(
            BriefTemplateRepository templates,
            TemplateVersions versions,
            Organizations organizations,
            JsonMapper json,
            DatabaseClock clock,
            AuditLog audit) {
        this.templates = templates;
        this.versions = versions;
        this.organizations = organizations;
        this.json = json;
        this.clock = clock;
        this.audit = audit;
    }

    /** A template and the newest version of its content. */
    public record Whole(BriefTemplate template, TemplateVersion newest) {}

    /** What a template says. */
    public record Content(ArrayNode parameters, ObjectNode sourceIntent) {}

    /** Makes a template. Refused: {@code invalid-body} with all findings, {@code unknown-reference}. */
    public Whole create(Caller caller, String organizationId, String name, Content content) {
        caller.requireWholeOrganization();
        organizations.requireReferenced(caller, organizationId);
        requireUsable(content);
        Instant now = clock.now();
        var template = new BriefTemplate(Ids.next("tmpl"), organizationId, name, caller.name(), now);
        templates.add(template);
        TemplateVersion first = keep(template, 1, content, caller, now);
        append(caller, "brief_template.created", template, null, first.digest());
        return new Whole(template, first);
    }

    /**
     * Changes what is given. Another content is another version; the same content is none.
     *
     * @param ifMatch the tag of the template that the change is based on
     */
    public Whole change(
            Caller caller,
            String id,
            @Nullable String ifMatch,
            @Nullable String name,
            @Nullable ArrayNode parameters,
            @Nullable ObjectNode sourceIntent) {
        BriefTemplate template = find(caller, id);
        caller.requireWholeOrganization();
        EntityTag.require(ifMatch, tag(template));
        TemplateVersion before = versions.newest(template);
        Instant now = clock.now();
        boolean renamed = name != null && !name.equals(template.name());
        if (renamed) {
            template.rename(Objects.requireNonNull(name), caller.name(), now);
        }
        Content old = content(before);
        Content content = new Content(
                Objects.requireNonNullElse(parameters, old.parameters()),
                Objects.requireNonNullElse(sourceIntent, old.sourceIntent()));
        TemplateVersion after = before;
        if (!digestOf(content).equals(before.digest())) {
            requireUsable(content);
            after = keep(template, template.nextVersion(caller.name(), now), content, caller, now);
        }
        if (renamed || after.number() != before.number()) {
            append(caller, "brief_template.changed", template, before.digest(), after.digest());
        }
        return new Whole(template, after);
    }

    private static String digestOf(Content content) {
        return TemplateVersion.of(0, content.parameters(), content.sourceIntent(), "", Instant.EPOCH)
                .digest();
    }

    private TemplateVersion keep(BriefTemplate template, int number, Content content, Caller caller, Instant now) {
        TemplateVersion version =
                TemplateVersion.of(number, content.parameters(), content.sourceIntent(), caller.name(), now);
        versions.keep(template, version);
        return version;
    }

    private static void requireUsable(Content content) {
        List<Finding> findings = IntentTemplate.check(content.parameters(), content.sourceIntent());
        if (!findings.isEmpty()) {
            throw Bodies.refusal(findings);
        }
    }

    private Content content(TemplateVersion version) {
        JsonNode document = json.readTree(version.content());
        return new Content((ArrayNode) document.get("parameters"), (ObjectNode) document.get("source_intent"));
    }

    /**
     * An intent made from a template.
     *
     * @param sourceIntent the whole intent
     * @param use what was taken, for the brief to remember
     */
    record Filled(ObjectNode sourceIntent, TemplateUse use) {}

    /**
     * Fills a template and lays an intent over it. Refused: {@code unknown-reference}, {@code invalid-body} when the values do not
     * fit.
     */
    Filled fill(Caller caller, Project project, String templateId, ObjectNode values, ObjectNode over) {
        BriefTemplate template = templates
                .find(caller, templateId)
                .filter(found -> found.organizationId().equals(project.organizationId()))
                .orElseThrow(() -> ProblemType.UNKNOWN_REFERENCE
                        .because("There is no such template for this project.")
                        .at("/template_id", "unknown-reference", "No template of this id is within reach."));
        Content content = content(versions.newest(template));
        try {
            IntentTemplate.Filled filled =
                    new IntentTemplate(content.parameters(), content.sourceIntent()).fill(values);
            ObjectNode intent = IntentTemplate.merge(filled.sourceIntent(), over);
            requireReadable(intent);
            return new Filled(intent, new TemplateUse(template.id(), template.ordinal(), filled.values()));
        } catch (TemplateRefused e) {
            throw Bodies.refusal(e.findings()).with("failure_category", "validation");
        }
    }

    /** A template and values that were each within the limits may be beyond them together. */
    private static void requireReadable(ObjectNode intent) {
        try {
            StrictJson.read(CanonicalJson.bytes(intent));
        } catch (UnreadableJson e) {
            throw Bodies.refusal("/parameters", "too-long", "With these values the intent is too long or too deep.")
                    .with("failure_category", "validation");
        }
    }

    /** The template if it is within the caller's reach; else {@code not-found}. */
    @Transactional(readOnly = true)
    public Whole get(Caller caller, String id) {
        BriefTemplate template = find(caller, id);
        return new Whole(template, versions.newest(template));
    }

    private BriefTemplate find(Caller caller, String id) {
        return templates.find(caller, id).orElseThrow(() -> ProblemType.NOT_FOUND.because("No such template."));
    }

    /** The templates within the caller's reach. */
    @Transactional(readOnly = true)
    public Page<BriefTemplate> list(Caller caller, PageQuery page) {
        return templates.list(caller, page, Map.of());
    }

    /** All that a template ever said, newest first. */
    @Transactional(readOnly = true)
    public Page<TemplateVersion> history(Caller caller, String id, PageQuery page) {
        return versions.list(find(caller, id), page);
    }

    /** The template's entity tag. */
    public static String tag(BriefTemplate template) {
        return EntityTag.of(template.id(), template.version());
    }

    private void append(Caller caller, String type, BriefTemplate template, @Nullable String before, String after) {
        audit.append(
                AuditFact.of(caller.actor(), type, template.organizationId(), null, "brief_template", template.id())
                        .digests(before, after)
                        .with("version", template.ordinal()));
    }
}
