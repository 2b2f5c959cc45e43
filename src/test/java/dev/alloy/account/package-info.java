/** Tests of the account. */
@NullMarked
package dev.alloy.account;

import org.jspecify.annotations.NullMarked;
