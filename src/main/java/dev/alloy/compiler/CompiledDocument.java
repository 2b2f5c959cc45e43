package dev.alloy.compiler;

import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.Digest;
import tools.jackson.databind.node.ObjectNode;

/** One compiled document: its canonical bytes (RFC 8785) and their digest. Source: domain.md, “Digests”. */
public final class CompiledDocument {

    private final ObjectNode tree;
    private final byte[] bytes;
    private final String digest;

    CompiledDocument(ObjectNode tree) {
        this.tree = tree;
        this.bytes = CanonicalJson.bytes(tree);
        this.digest = Digest.of(bytes);
    }

    /** A copy of what the bytes say. */
    public ObjectNode tree() {
        return tree.deepCopy();
    }

    /** A copy of the bytes that were hashed: store and serve these. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** {@code sha256:} and 64 hexadecimal digits. */
    public String digest() {
        return digest;
    }
}
