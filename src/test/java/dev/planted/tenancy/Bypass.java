package dev.planted.tenancy;

import jakarta.persistence.EntityManager;

class Bypass {

    private final EntityManager entities;

    Bypass(EntityManager entities) {
        this.entities = entities;
    }

    Row anybodys(String id) {
        return entities.find(Row.class, id);
    }
}
