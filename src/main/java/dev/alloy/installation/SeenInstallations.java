package dev.alloy.installation;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Notes that a runner that serves installations was seen. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
public class SeenInstallations {

    private final JdbcClient jdbc;

    SeenInstallations(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The installations were served at this moment. Passes over those that somebody else is noting just now. */
    public void seen(String organizationId, List<String> ids) {
        jdbc.sql("""
                        update foundry_installations set last_seen_at = alloy_now()
                        where owning_organization_id = :organization
                          and id in (
                              select id from foundry_installations
                              where owning_organization_id = :organization and id = any (:ids)
                              for no key update skip locked)
                        """)
                .param("organization", organizationId)
                .param("ids", ids.toArray(String[]::new))
                .update();
    }
}
