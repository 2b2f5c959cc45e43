package dev.alloy.http;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/** Chooses among the representations of a resource by what the request accepts (RFC 9110, section 12.5.1). */
public final class Representation {

    private Representation() {}

    /**
     * The representation that the request prefers.
     *
     * @param accept the Accept header, which something in {@code produced} satisfies; null for anything
     * @param produced the media types there are, our own preference first
     */
    public static MediaType preferred(@Nullable String accept, MediaType... produced) {
        if (accept == null) {
            return produced[0];
        }
        List<MediaType> ranges = MediaType.parseMediaTypes(accept);
        MediaType best = produced[0];
        for (MediaType type : produced) {
            if (quality(ranges, type) > quality(ranges, best)) {
                best = type;
            }
        }
        return best;
    }

    /** The weight of the most specific range that the type is in. */
    private static double quality(List<MediaType> ranges, MediaType type) {
        return ranges.stream()
                .filter(range -> range.includes(type))
                .min(Comparator.comparing(Representation::vagueness))
                .map(MediaType::getQualityValue)
                .orElse(0.0);
    }

    private static int vagueness(MediaType range) {
        return range.isWildcardType() ? 2 : range.isWildcardSubtype() ? 1 : 0;
    }
}
