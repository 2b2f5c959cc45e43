/**
 * What Foundry takes and writes, read the same way by all modules: which events may be asked for and what they can do,
 * the traces of its runs and what they tell. Plain Java. Source: foundry.md.
 */
@NamedInterface("foundry")
@NullMarked
package dev.alloy.contract.foundry;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
