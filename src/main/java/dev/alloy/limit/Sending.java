package dev.alloy.limit;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/** Sends one answer as fast as it is read. The container ends it when nothing is read for its time. */
class Sending implements WriteListener, AsyncListener {

    private static final int PIECE = 16 * 1024;

    private final byte[] bytes;
    private final AsyncContext context;
    private final ServletOutputStream out;
    private final UnsentAnswers.Room room;
    private int sent;

    Sending(byte[] bytes, AsyncContext context, ServletOutputStream out, UnsentAnswers.Room room) {
        this.bytes = bytes;
        this.context = context;
        this.out = out;
        this.room = room;
    }

    void begin() {
        context.addListener(this);
        out.setWriteListener(this);
    }

    @Override
    public void onWritePossible() throws IOException {
        while (out.isReady()) {
            if (sent == bytes.length) {
                room.giveBack();
                context.complete();
                return;
            }
            int piece = Math.min(PIECE, bytes.length - sent);
            out.write(bytes, sent, piece);
            sent += piece;
        }
    }

    @Override
    public void onError(Throwable e) {
        room.giveBack();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        room.giveBack();
    }

    @Override
    public void onError(AsyncEvent event) {
        room.giveBack();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        room.giveBack();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // It is the last that happens to a request.
    }
}
