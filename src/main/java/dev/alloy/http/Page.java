package dev.alloy.http;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list, newest first.
 *
 * @param items the items
 * @param nextCursor to be sent as {@code cursor} for the next page; null on the last one
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

    /** The same page in another shape. */
    public <U> Page<U> map(Function<? super T, ? extends U> shape) {
        return new Page<>(items.stream().<U>map(shape).toList(), nextCursor);
    }
}
