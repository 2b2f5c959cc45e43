/** Benchmarks: how long the things take that people wait for. Nothing here is a test. */
@NullMarked
package dev.alloy.bench;

import org.jspecify.annotations.NullMarked;
