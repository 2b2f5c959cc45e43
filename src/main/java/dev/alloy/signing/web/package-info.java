/** The endpoints of keys. */
@NullMarked
package dev.alloy.signing.web;

import org.jspecify.annotations.NullMarked;
