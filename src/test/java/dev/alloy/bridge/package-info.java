@NullMarked
package dev.alloy.bridge;

import org.jspecify.annotations.NullMarked;
