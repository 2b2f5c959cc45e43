/** The endpoints of results, evidence and the audit answer. */
@NullMarked
package dev.alloy.outcome.web;

import org.jspecify.annotations.NullMarked;
