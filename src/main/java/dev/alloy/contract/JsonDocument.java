package dev.alloy.contract;

import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON object as it was received, read strictly.
 *
 * @param received the bytes as they arrived (after content decoding)
 * @param tree what they say
 */
public record JsonDocument(byte[] received, ObjectNode tree) {}
