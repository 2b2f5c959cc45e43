package dev.planted.structure;

class PlantHelper {}
