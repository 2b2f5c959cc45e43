package dev.planted.tables.trace;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** Leaves it to a naming rule which table it maps. */
@Entity
class NamelessEntity {

    @Id
    private String id;
}
