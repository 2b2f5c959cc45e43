/**
 * Every setting of the service: its name, its default and what it may hold. A start with a broken one is refused before anything else
 * happens, and a start on a busy port before a database is opened.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.alloy.settings;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
