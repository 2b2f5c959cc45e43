package dev.alloy.compilation;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Knows who wrote what would be approved: who compiled the brief, and who edited its prompts since another person approved them above
 * dry_run. The database's trigger asks the same function. Source: access.md, “Rules”.
 */
@Component
@Transactional(readOnly = true)
public class Authors {

    private final JdbcClient jdbc;

    Authors(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Whether the person is an author of what the pack and its brief say. */
    public boolean includes(PromptPack pack, String name) {
        return jdbc.sql("select is_author(:organization, :brief, :ordinal, :name)")
                .param("organization", pack.organizationId())
                .param("brief", pack.formationBriefId())
                .param("ordinal", pack.ordinal())
                .param("name", name)
                .query(Boolean.class)
                .single();
    }
}
