package dev.alloy.contract.foundry;

import java.io.IOException;

/** A trace's bytes, wherever they are kept. */
public interface TraceBytes {

    /** How many there are. */
    long size();

    /** These bytes; fewer only where the trace ends. */
    byte[] read(long start, int count) throws IOException;
}
