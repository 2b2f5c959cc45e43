package dev.alloy.http;

import dev.alloy.contract.Digest;
import dev.alloy.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for. Lists are ordered by (time, id), newest first; a cursor names the last item seen.
 *
 * @param limit how many items at most, 1 to 200
 * @param after the last item of the page before, or null for the first page
 * @param binding what a cursor is bound to: the list, its filters and the caller's organization
 */
public record PageQuery(int limit, @Nullable Position after, String binding) {

    /** The largest page. */
    public static final int MAX_LIMIT = 200;

    /** The size of a page when none is asked for. */
    public static final int DEFAULT_LIMIT = 50;

    /** Rows that are in memory before their size is known: what lists of large rows fetch at a time. */
    public static final int AT_A_TIME = 16;

    /** What a page of large rows comes to. */
    private static final long MOST_BYTES = 2L * 1024 * 1024;

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    /** A place in a list. */
    public record Position(Instant time, String id) {}

    static PageQuery parse(@Nullable String limit, @Nullable String cursor, String binding) {
        return new PageQuery(
                QueryValue.number("limit", limit, DEFAULT_LIMIT, 1, MAX_LIMIT),
                cursor == null ? null : parseCursor(cursor, binding),
                binding);
    }

    /** The same part, in pages of so many items at most. */
    public PageQuery atMost(int most) {
        return new PageQuery(Math.min(limit, most), after, binding);
    }

    private static Position parseCursor(String cursor, String binding) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("\\|", -1);
            if (parts.length == 3 && parts[2].equals(seal(parts[0] + "|" + parts[1], binding))) {
                return position(Instant.parse(parts[0]), parts[1]);
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw foreign();
        }
        throw foreign();
    }

    /** Whoever computes the seal by himself still gets no further than to a place that a list could have. */
    private static Position position(Instant time, String id) {
        if (time.isBefore(EARLIEST) || time.isAfter(LATEST) || !id.matches("[A-Za-z0-9._:-]{1,200}")) {
            throw foreign();
        }
        return new Position(time, id);
    }

    /** Where a list is numbered instead of having ids: the number that the position names. */
    public static int number(Position position) {
        if (!position.id().matches("[0-9]{1,9}")) {
            throw foreign();
        }
        return Integer.parseInt(position.id());
    }

    private static RuntimeException foreign() {
        return ProblemType.INVALID_CURSOR.because("The cursor was not made for this list with these filters.");
    }

    private static String seal(String position, String binding) {
        return Digest.of((position + "|" + binding).getBytes(StandardCharsets.UTF_8))
                .substring(7, 23);
    }

    private String cursor(Position position) {
        String text = position.time() + "|" + position.id();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((text + "|" + seal(text, binding)).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Makes the answer from rows that were fetched with one row more than {@link #limit}.
     *
     * @param rows up to {@code limit + 1} rows
     * @param position where a row stands in the list
     * @param shape the wire form of a row
     */
    public <R, T> Page<T> page(List<R> rows, Function<R, Position> position, Function<R, T> shape) {
        boolean more = rows.size() > limit;
        return page(more ? rows.subList(0, limit) : rows, more, position, shape);
    }

    /**
     * Makes the answer from rows that come one by one. It ends before {@link #limit} where they have come to enough
     * bytes; the first row is always in it.
     *
     * @param rows up to {@code limit + 1} rows
     * @param bytes how large a row is
     * @param position where a row stands in the list
     * @param shape the wire form of a row
     */
    public <R, T> Page<T> page(
            Stream<R> rows, ToLongFunction<R> bytes, Function<R, Position> position, Function<R, T> shape) {
        return page(rows, bytes, position, shape, null);
    }

    /**
     * Makes the answer from rows that come one by one, where a list looks at so many rows and no more for a page.
     *
     * @param rows up to {@code limit + 1} rows
     * @param bytes how large a row is
     * @param position where a row stands in the list
     * @param shape the wire form of a row
     * @param reached where the list goes on if all rows are shown, which may be none; null where it ends
     */
    public <R, T> Page<T> page(
            Stream<R> rows,
            ToLongFunction<R> bytes,
            Function<R, Position> position,
            Function<R, T> shape,
            @Nullable Position reached) {
        List<R> shown = new ArrayList<>();
        boolean more = false;
        long total = 0;
        for (Iterator<R> each = rows.iterator(); !more && each.hasNext(); ) {
            R row = each.next();
            total += bytes.applyAsLong(row);
            more = shown.size() == limit || !shown.isEmpty() && total > MOST_BYTES;
            if (!more) {
                shown.add(row);
            }
        }
        if (!more && reached != null) {
            return new Page<>(shown.stream().map(shape).toList(), cursor(reached));
        }
        return page(shown, more, position, shape);
    }

    /**
     * Makes the answer from the rows that are shown, where something else than their number bounds them.
     *
     * @param shown at least one row where there are more
     * @param more whether others follow
     */
    public <R, T> Page<T> page(List<R> shown, boolean more, Function<R, Position> position, Function<R, T> shape) {
        String next = more ? cursor(position.apply(shown.get(shown.size() - 1))) : null;
        return new Page<>(shown.stream().map(shape).toList(), next);
    }
}
