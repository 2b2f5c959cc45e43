package dev.alloy.compilation;

import dev.alloy.access.Caller;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Lets one decision about a brief follow the other. A run of the brief that is requested at the same moment reads approvals under
 * this lock too, and so finds the one that is given.
 */
@Component
class BriefLock {

    private final Briefs briefs;
    private final JdbcClient jdbc;

    BriefLock(Briefs briefs, JdbcClient jdbc) {
        this.briefs = briefs;
        this.jdbc = jdbc;
    }

    /**
     * As {@link #take}, for what changes the brief's words or overlays: its entity tag becomes another, so nobody
     * approves by {@code If-Match} what he has not read.
     */
    Brief takeToChange(Caller caller, String id) {
        Brief visible = briefs.get(caller, id);
        jdbc.sql("""
                        update formation_brief_compilations set version = version + 1
                        where organization_id = :organization and id = :brief
                        """)
                .param("organization", visible.organizationId())
                .param("brief", visible.id())
                .update();
        return briefs.reread(caller, id);
    }

    /** The brief as it is once nobody else decides about it; it is locked for the rest of the transaction. */
    Brief take(Caller caller, String id) {
        Brief visible = briefs.get(caller, id);
        jdbc.sql("""
                        select id from formation_brief_compilations
                        where organization_id = :organization and id = :brief for no key update
                        """)
                .param("organization", visible.organizationId())
                .param("brief", visible.id())
                .query(String.class)
                .single();
        return briefs.reread(caller, id);
    }
}
