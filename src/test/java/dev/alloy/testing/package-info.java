/** What the tests of every module share. */
@NullMarked
package dev.alloy.testing;

import org.jspecify.annotations.NullMarked;
