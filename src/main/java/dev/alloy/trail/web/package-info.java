/** The endpoints of the audit log. */
@NullMarked
package dev.alloy.trail.web;

import org.jspecify.annotations.NullMarked;
