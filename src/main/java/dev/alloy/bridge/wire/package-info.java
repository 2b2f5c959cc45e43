/** Foundry's protocol in Java, generated from {@code src/main/protobuf/foundry.proto}. */
@NamedInterface("wire")
@NullMarked
package dev.alloy.bridge.wire;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
