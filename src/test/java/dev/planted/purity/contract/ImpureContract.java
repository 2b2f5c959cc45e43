package dev.planted.purity.contract;

import jakarta.persistence.Entity;
import java.time.Clock;
import java.util.Locale;

class ImpureContract {

    Class<?> entity() {
        return Entity.class;
    }

    Clock clock() {
        return Clock.systemUTC();
    }

    Locale locale() {
        return Locale.getDefault();
    }
}
