/** Tenants, credentials and authorities: who is calling and what they may do. Source: access.md. */
@ApplicationModule(allowedDependencies = {"audit", "contract", "database", "http", "problem"})
@NullMarked
package dev.alloy.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
