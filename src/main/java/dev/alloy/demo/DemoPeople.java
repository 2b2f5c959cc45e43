package dev.alloy.demo;

import static dev.alloy.demo.DemoApi.text;

import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Two people with short-lived tokens, so the one who approves is not the one who asks. */
final class DemoPeople {

    static final String ENGINEER = "engineer";
    static final String REVIEWER = "reviewer";

    private static final Duration STAY = Duration.ofHours(1);

    private final DemoApi administrator;
    private final DemoJournal journal;
    private final DemoNames names;

    DemoPeople(DemoApi administrator, DemoJournal journal, DemoNames names) {
        this.administrator = administrator;
        this.journal = journal;
        this.names = names;
    }

    /** Compiles and requests. */
    DemoApi engineer() {
        return person(ENGINEER, "compile_briefs");
    }

    /** Approves dry runs and nothing else. */
    DemoApi reviewer() {
        return person(REVIEWER, "approve_dry_run");
    }

    private DemoApi person(String name, String authority) {
        return journal.find(name)
                .map(entry -> administrator.as(text(entry, "token")))
                .filter(DemoApi::isKnown)
                .orElseGet(() -> admit(name, authority));
    }

    private DemoApi admit(String name, String authority) {
        ObjectNode order = JsonNodeFactory.instance.objectNode();
        order.put("organization_id", names.organization()).put("name", name);
        order.putArray("authorities").add("view").add(authority);
        order.putArray("project_ids").add(names.project());
        order.put("expires_at", administrator.now().plus(STAY).toString());
        String token = text(administrator.post("/api/access-tokens", order), "token");
        journal.write(name, JsonNodeFactory.instance.objectNode().put("token", token));
        return administrator.as(token);
    }

    /** Revokes their tokens, also those whose secrets a crash has lost. */
    void leave() {
        for (String name : List.of(ENGINEER, REVIEWER)) {
            administrator.list("/api/access-tokens?name=" + name).stream()
                    .filter(this::isHere)
                    .forEach(token -> administrator.delete("/api/access-tokens/" + text(token, "id")));
        }
    }

    private boolean isHere(JsonNode token) {
        return text(token, "organization_id").equals(names.organization())
                && text(token, "revoked_at").isEmpty();
    }
}
