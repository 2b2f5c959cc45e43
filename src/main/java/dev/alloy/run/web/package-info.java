/** The endpoints of run requests: people's and runners'. */
@NullMarked
package dev.alloy.run.web;

import org.jspecify.annotations.NullMarked;
