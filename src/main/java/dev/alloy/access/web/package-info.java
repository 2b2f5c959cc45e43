/** The access endpoints. */
@NullMarked
package dev.alloy.access.web;

import org.jspecify.annotations.NullMarked;
