package dev.alloy.http;

import java.util.List;
import java.util.function.Function;

/**
 * The first of many, and how many there are.
 *
 * @param items the first ones
 * @param total how many there are with those that are left out
 */
public record Excerpt<T>(List<T> items, long total) {

    /** Copies the list. */
    public Excerpt {
        items = List.copyOf(items);
    }

    /** The same excerpt of what each of them becomes. */
    public <R> Excerpt<R> map(Function<? super T, ? extends R> each) {
        return new Excerpt<>(items.stream().<R>map(each).toList(), total);
    }

    /** Of rows that each tell how many there are. */
    public static <R, T> Excerpt<T> of(List<R> rows, Function<R, Long> total, Function<R, T> item) {
        return new Excerpt<>(rows.stream().map(item).toList(), rows.isEmpty() ? 0 : total.apply(rows.get(0)));
    }
}
