/** Alloy's control plane. A package below this one is a module; docs/architecture.md says how they fit together. */
@NullMarked
package dev.alloy;

import org.jspecify.annotations.NullMarked;
