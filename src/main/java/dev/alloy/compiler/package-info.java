/**
 * The pure function from intent and a capability manifest to artifacts: formation brief, prompt pack, gate overlays,
 * evidence definitions, target and report. Plain Java without clock, I/O, randomness, locale or ids, so the same input
 * gives the same bytes on every machine. Source: compiler.md.
 */
@ApplicationModule(allowedDependencies = {"contract", "contract :: foundry"})
@NullMarked
package dev.alloy.compiler;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
