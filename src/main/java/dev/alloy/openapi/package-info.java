/**
 * The OpenAPI document, made by rules: what a handler method's signature and annotations, the JSON Schemas, the registry of
 * problem types and the wire records already say is never said a second time. Each rule is one customizer. Source:
 * contract.md, “HTTP conventions”.
 */
@ApplicationModule(allowedDependencies = {"access", "contract", "http", "problem"})
@NullMarked
package dev.alloy.openapi;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
