/** The endpoints of attestations. */
@NullMarked
package dev.alloy.attestation.web;

import org.jspecify.annotations.NullMarked;
