package dev.planted.tenancy;

import dev.alloy.access.TenantRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;

@Entity
class Row implements TenantRow {

    @Id
    private String id;

    private Instant createdAt;

    @Override
    public String id() {
        return id;
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }
}
