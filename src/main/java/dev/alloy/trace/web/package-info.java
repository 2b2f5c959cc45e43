/** The endpoints of traces. */
@NullMarked
package dev.alloy.trace.web;

import org.jspecify.annotations.NullMarked;
