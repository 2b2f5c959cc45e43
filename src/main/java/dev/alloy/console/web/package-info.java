/** The console's pages and their addresses. */
@NullMarked
package dev.alloy.console.web;

import org.jspecify.annotations.NullMarked;
