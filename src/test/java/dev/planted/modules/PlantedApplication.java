package dev.planted.modules;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Two modules, one of which uses the other although it declares that it uses none. */
@SpringBootApplication
public class PlantedApplication {}
