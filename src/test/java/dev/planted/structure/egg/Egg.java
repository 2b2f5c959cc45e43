package dev.planted.structure.egg;

import dev.planted.structure.hen.Hen;

public interface Egg {

    Hen hatch();
}
