/**
 * What holds for all code here, checked against all code here. Every rule is also shown a planted violation, under {@code
 * dev.planted}, which it has to find: a rule that cannot fail proves nothing. The plants live beside {@code dev.alloy} and not in
 * it, so that neither these rules nor the component scan of an application under test meets them.
 */
@NullMarked
package dev.alloy.architecture;

import org.jspecify.annotations.NullMarked;
