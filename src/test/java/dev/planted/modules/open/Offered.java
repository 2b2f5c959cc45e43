package dev.planted.modules.open;

public class Offered {}
