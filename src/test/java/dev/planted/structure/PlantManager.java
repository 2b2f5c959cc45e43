package dev.planted.structure;

class PlantManager {}
