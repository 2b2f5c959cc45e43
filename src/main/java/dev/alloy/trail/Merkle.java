package dev.alloy.trail;

import dev.alloy.contract.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The Merkle tree hash of RFC 6962, section 2.1: leaves and nodes are hashed with different first bytes, so neither can
 * pass for the other. Pure.
 */
final class Merkle {

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private Merkle() {}

    /** The hash of an entry, 32 bytes. */
    static byte[] leaf(byte[] entry) {
        MessageDigest sha256 = Digest.sha256();
        sha256.update(LEAF);
        return sha256.digest(entry);
    }

    /** The hash of the tree over at least one leaf, 32 bytes. */
    static byte[] root(List<byte[]> leaves) {
        if (leaves.isEmpty()) {
            throw new IllegalArgumentException("A batch has an event");
        }
        List<byte[]> level = leaves;
        // Joining neighbours and lifting an odd last one gives the tree of the RFC, which splits at powers of two.
        while (level.size() > 1) {
            List<byte[]> above = new ArrayList<>(level.size() / 2 + 1);
            for (int i = 0; i + 1 < level.size(); i += 2) {
                above.add(node(level.get(i), level.get(i + 1)));
            }
            if (level.size() % 2 == 1) {
                above.add(level.get(level.size() - 1));
            }
            level = above;
        }
        return level.get(0);
    }

    private static byte[] node(byte[] left, byte[] right) {
        MessageDigest sha256 = Digest.sha256();
        sha256.update(NODE);
        sha256.update(left);
        return sha256.digest(right);
    }
}
