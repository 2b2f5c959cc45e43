/** Where problems meet the servlet container. */
@NullMarked
package dev.alloy.problem.web;

import org.jspecify.annotations.NullMarked;
