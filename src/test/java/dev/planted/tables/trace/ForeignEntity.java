package dev.planted.tables.trace;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.Formula;

/** Writes a table of another module through JPA, and reads one above its own. */
@Entity
@Table(name = "approvals")
class ForeignEntity {

    @Id
    private String id;

    @Formula(
            "(select r.id from foundry_run_results r where r.organization_id = organization_id and r.run_request_id = id)")
    private String result;
}
