package dev.alloy.database;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a statement read that also locked a row. In READ COMMITTED a statement that had to wait for the row has it as it is after the wait, and
 * everything else as it was before. docs/adr/0031.
 *
 * @param read what was read
 * @param isOfOneMoment whether the locked row has the version that the statement's snapshot sees, so it did not wait for a change of it
 */
public record LockedRow<T>(T read, boolean isOfOneMoment) {

    /** Reads, and reads once more where the statement waited for a change: the row is held by then. */
    public static <T> Optional<T> read(Supplier<Optional<LockedRow<T>>> statement) {
        Optional<LockedRow<T>> first = statement.get();
        return first.filter(row -> !row.isOfOneMoment())
                .flatMap(waited -> statement.get())
                .or(() -> first)
                .map(LockedRow::read);
    }
}
