package dev.alloy.access;

import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import java.util.Map;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The tenants. Only the bootstrap token makes them. */
@Service
@Transactional
public class Organizations {

    private final OrganizationRepository organizations;
    private final DatabaseClock clock;
    private final AuditLog audit;

    Organizations(OrganizationRepository organizations, DatabaseClock clock, AuditLog audit) {
        this.organizations = organizations;
        this.clock = clock;
        this.audit = audit;
    }

    /** Makes an organization. Refused: {@code id-taken}; {@code authority-missing} for all but the bootstrap token. */
    public Organization create(Caller caller, String id, String name) {
        if (caller.organizationId() != null) {
            throw ProblemType.AUTHORITY_MISSING
                    .because("Only the bootstrap token makes organizations.")
                    .remedy("Use the bootstrap token, or ask the operator of this service to make the organization.");
        }
        var organization = new Organization(id, name, caller.name(), clock.now());
        try {
            organizations.add(organization);
        } catch (DataIntegrityViolationException e) {
            throw ProblemType.ID_TAKEN
                    .because("There is an organization with this id.")
                    .at("/id", "taken", "Choose another id.");
        }
        audit.append(AuditFact.of(caller.actor(), "organization.created", id, null, "organization", id));
        return organization;
    }

    /** The organization if the caller belongs to it. */
    @Transactional(readOnly = true)
    public Organization get(Caller caller, String id) {
        return organizations.find(caller, id).orElseThrow(() -> ProblemType.NOT_FOUND.because("No such organization."));
    }

    /** The organizations the caller belongs to. */
    @Transactional(readOnly = true)
    public Page<Organization> list(Caller caller, PageQuery page) {
        return organizations.list(caller, page, Map.of());
    }

    /** Refuses with {@code unknown-reference} a body that names an organization out of reach. */
    @Transactional(readOnly = true)
    public void requireReferenced(Caller caller, String id) {
        if (organizations.find(caller, id).isEmpty()) {
            throw ProblemType.UNKNOWN_REFERENCE
                    .because("There is no such organization.")
                    .at("/organization_id", "unknown-reference", "No organization of this id is within reach.");
        }
    }
}
