/** The console in a real browser, in a profile of its own: {@code ./mvnw -Pbrowser test -Dtest=ConsoleBrowserTests}. */
@NullMarked
package dev.alloy.browser;

import org.jspecify.annotations.NullMarked;
