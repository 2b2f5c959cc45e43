/**
 * The worked example, played once on a fresh embedded database so that a newcomer sees a whole run before writing a line. It is
 * an outside client of this service's own HTTP API: it uses no other module's classes but {@code contract}. Source:
 * worked-example.md.
 */
@ApplicationModule(allowedDependencies = "contract")
@NullMarked
package dev.alloy.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
