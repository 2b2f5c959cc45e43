/** Tests of the conformance suite, and the runners that it has to pass and to catch. */
@NullMarked
package dev.alloy.conformance;

import org.jspecify.annotations.NullMarked;
