package dev.planted.modules.secretive;

import dev.planted.modules.open.Offered;

class Secret {

    private final Offered offered = new Offered();

    @Override
    public String toString() {
        return offered.toString();
    }
}
