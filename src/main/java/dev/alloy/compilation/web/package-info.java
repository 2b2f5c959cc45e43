/** The endpoints of briefs, prompt packs, overlays and approvals. */
@NullMarked
package dev.alloy.compilation.web;

import org.jspecify.annotations.NullMarked;
