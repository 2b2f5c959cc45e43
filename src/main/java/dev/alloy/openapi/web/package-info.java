/** Serves the JSON Schemas. */
@NullMarked
package dev.alloy.openapi.web;

import org.jspecify.annotations.NullMarked;
