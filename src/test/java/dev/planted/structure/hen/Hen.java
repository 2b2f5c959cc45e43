package dev.planted.structure.hen;

import dev.planted.structure.egg.Egg;

public interface Hen {

    Egg lay();
}
