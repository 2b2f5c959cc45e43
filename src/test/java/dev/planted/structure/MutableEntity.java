package dev.planted.structure;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

@Entity
class MutableEntity {

    @Id
    private String id;

    private String status;

    public void setStatus(String status) {
        this.status = status;
    }

    @Override
    public String toString() {
        return id + " is " + status;
    }
}
