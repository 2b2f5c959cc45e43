package dev.planted.structure.util;

class Anything {}
