package dev.alloy.contract.foundry;

import java.util.Arrays;

/** Very many 64-bit hashes in little memory: a trace of 50 MiB names some 100,000 events. Sorted when it is first asked. */
final class Hashes {

    private long[] values = new long[16];
    private int count;
    private boolean sorted;

    void add(long hash) {
        if (count > 0 && values[count - 1] == hash) {
            return;
        }
        if (count == values.length) {
            values = Arrays.copyOf(values, values.length * 2);
        }
        values[count++] = hash;
        sorted = false;
    }

    boolean contains(long hash) {
        if (!sorted) {
            Arrays.sort(values, 0, count);
            sorted = true;
        }
        return Arrays.binarySearch(values, 0, count, hash) >= 0;
    }

    boolean containsAll(Hashes others) {
        for (int i = 0; i < others.count; i++) {
            if (!contains(others.values[i])) {
                return false;
            }
        }
        return true;
    }
}
