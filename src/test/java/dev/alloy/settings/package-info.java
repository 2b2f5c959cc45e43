@NullMarked
package dev.alloy.settings;

import org.jspecify.annotations.NullMarked;
