/** Violations, planted for the rules in {@code dev.alloy.architecture} to find. Nothing runs this code. */
package dev.planted;
