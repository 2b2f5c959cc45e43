/** The installation endpoints. */
@NullMarked
package dev.alloy.installation.web;

import org.jspecify.annotations.NullMarked;
