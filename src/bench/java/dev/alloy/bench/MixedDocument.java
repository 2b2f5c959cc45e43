package dev.alloy.bench;

import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A document with something of everything: nested objects and lists, integers, doubles of full precision, literals, text
 * from ASCII to emoji, and characters that are escaped. Within the limits that strict reading sets. Always the same one.
 */
final class MixedDocument {

    private static final long SEED = 8785;

    private static final String[] WORDS = {
        "gateway",
        "checkout",
        "Prüfung",
        "naïveté",
        "платёж",
        "支払い",
        "결제",
        "दान",
        "🧪",
        "👩‍💻",
        "\"quoted\"",
        "C:\\work",
        "a\tb\nc"
    };

    private final Random random = new Random(SEED);

    private MixedDocument() {}

    /**
     * The document as a client would send it: members in no order.
     *
     * @param canonicalBytes the size of its canonical form is at least this, and at most one entry more
     */
    static byte[] ofSize(int canonicalBytes) {
        MixedDocument document = new MixedDocument();
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        var entries = tree.putArray("entries");
        int size = CanonicalJson.bytes(tree).length;
        while (size < canonicalBytes) {
            ObjectNode entry = document.entry(entries.size());
            size += CanonicalJson.bytes(entry).length + 1;
            entries.add(entry);
        }
        return JsonMapper.shared().writeValueAsBytes(tree);
    }

    /** What the bytes say. */
    static JsonNode read(byte[] document) {
        try {
            return StrictJson.read(document);
        } catch (UnreadableJson e) {
            throw new IllegalStateException(e);
        }
    }

    private ObjectNode entry(int number) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("number", number);
        entry.put("id", "entry-" + Long.toHexString(random.nextLong()));
        entry.put("text", text(120));
        entry.put("passed", random.nextBoolean()).putNull("nothing");
        entry.put("since", 1_700_000_000_000L + random.nextInt());
        var measures = entry.putArray("measures");
        for (int i = 0; i < 8; i++) {
            measures.add(random.nextDouble() * Math.pow(10, random.nextInt(30) - 15));
        }
        ObjectNode nested = entry;
        for (int level = 0; level < 4; level++) {
            nested = nested.putObject("within")
                    .put(WORDS[random.nextInt(WORDS.length)], random.nextInt())
                    .put("title", text(3))
                    .put("ratio", random.nextDouble());
        }
        return entry;
    }

    private String text(int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
        }
        return text.toString();
    }
}
