/** The runner endpoints. */
@NullMarked
package dev.alloy.runner.web;

import org.jspecify.annotations.NullMarked;
