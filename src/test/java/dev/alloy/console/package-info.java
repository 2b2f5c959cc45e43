/** The console as a browser finds it. */
@NullMarked
package dev.alloy.console;

import org.jspecify.annotations.NullMarked;
