package dev.alloy.compilation;

import dev.alloy.access.Project;
import dev.alloy.compiler.ReportRow;
import dev.alloy.contract.CanonicalJson;
import dev.alloy.database.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Stores what the compiler made, with ids, versions and the bytes that were digested. */
@Component
class BriefStore {

    private final BriefRepository briefs;
    private final PromptPackRepository packs;
    private final GateOverlayRepository overlays;
    private final EvidenceDefinitionRepository evidence;
    private final JdbcClient jdbc;

    BriefStore(
            BriefRepository briefs,
            PromptPackRepository packs,
            GateOverlayRepository overlays,
            EvidenceDefinitionRepository evidence,
            JdbcClient jdbc) {
        this.briefs = briefs;
        this.packs = packs;
        this.overlays = overlays;
        this.evidence = evidence;
        this.jdbc = jdbc;
    }

    /** Stores everything as the project's next version. */
    Compilations.Compiled store(CompiledRequest prepared, String by, Instant now) {
        NewBrief made = new NewBrief(
                Ids.next("brief"),
                nextOrdinal(prepared.project()),
                prepared,
                CanonicalJson.bytes(prepared.sourceIntent()),
                report(prepared.compilation().report()).toString());
        var brief = new Brief(made, by, now);
        briefs.add(brief);
        var pack = new PromptPack(Ids.next("prompt_pack"), made, by, now);
        packs.add(pack);
        List<GateOverlay> storedOverlays = prepared.compilation().overlays().stream()
                .map(overlay -> new GateOverlay(Ids.next("gate_overlay"), made, overlay, now))
                .toList();
        storedOverlays.forEach(overlays::add);
        List<EvidenceDefinition> storedEvidence = new ArrayList<>();
        for (var definition : prepared.compilation().evidence()) {
            storedEvidence.add(
                    new EvidenceDefinition(Ids.next("evidence"), made, storedEvidence.size(), definition, now));
        }
        storedEvidence.forEach(evidence::add);
        return new Compilations.Compiled(brief, pack, storedOverlays, storedEvidence);
    }

    /** Takes the project's row for the rest of the transaction, so versions are given one after the other. */
    private int nextOrdinal(Project project) {
        jdbc.sql("select id from projects where organization_id = :organization and id = :project for no key update")
                .param("organization", project.organizationId())
                .param("project", project.id())
                .query(String.class)
                .single();
        return jdbc.sql("""
                        select coalesce(max(ordinal), 0) + 1 from formation_brief_compilations
                        where organization_id = :organization and project_id = :project
                        """)
                .param("organization", project.organizationId())
                .param("project", project.id())
                .query(Integer.class)
                .single();
    }

    private static ArrayNode report(List<ReportRow> rows) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        rows.forEach(row -> items.add(row.toJson()));
        return items;
    }
}
