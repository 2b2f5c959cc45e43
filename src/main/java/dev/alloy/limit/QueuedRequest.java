package dev.alloy.limit;

import dev.alloy.limit.FairShare.ShareKey;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A request that waits for its turn without a thread; when it comes, the container dispatches the request once more. */
class QueuedRequest implements Runnable, AsyncListener {

    private static final String ATTRIBUTE = QueuedRequest.class.getName();

    private enum State {
        WAITING,
        /** A place is taken for it, and it is on its way to the filter. */
        CALLED,
        /** It reached the filter, which gives the place back. */
        SERVED
    }

    private final WorkKind work;
    private final FairShare share;
    private final ShareKey guest;
    private final AsyncContext context;
    private final Refusals refusals;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    private QueuedRequest(WorkKind work, FairShare share, ShareKey guest, AsyncContext context, Refusals refusals) {
        this.work = work;
        this.share = share;
        this.guest = guest;
        this.context = context;
        this.refusals = refusals;
    }

    /** Lets a request wait until its deadline, or refuses it where too many do. */
    static void await(HttpServletRequest request, WorkKind work, FairShare share, ShareKey guest, Refusals refusals)
            throws IOException {
        WaitDeadline deadline = Objects.requireNonNull(WaitDeadline.of(request));
        AsyncContext context = request.startAsync();
        context.setTimeout(deadline.leftMillis());
        QueuedRequest turn = new QueuedRequest(work, share, guest, context, refusals);
        request.setAttribute(ATTRIBUTE, turn);
        context.addListener(turn);
        switch (share.await(guest, turn)) {
            case ENTERED -> turn.run();
            case REFUSED -> turn.refuse(Shed.Reason.TOO_MANY_WAITING);
            case WAITS -> {}
        }
    }

    /** The turn that has come for a request; null where it never waited, or is past that. */
    static @Nullable QueuedRequest come(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof QueuedRequest turn
                        && turn.state.compareAndSet(State.CALLED, State.SERVED)
                ? turn
                : null;
    }

    /** Where its place is. */
    FairShare share() {
        return share;
    }

    /** For whom it is. */
    ShareKey guest() {
        return guest;
    }

    @Override
    public void run() {
        state.set(State.CALLED);
        try {
            context.dispatch();
        } catch (IllegalStateException e) {
            // It ended at this moment; there is no client to serve.
            leaveUnserved();
        }
    }

    private void leaveUnserved() {
        if (state.compareAndSet(State.CALLED, State.SERVED)) {
            share.leave(guest);
        }
    }

    private void refuse(Shed.Reason reason) throws IOException {
        refusals.tooManyAtOnce(
                (HttpServletRequest) context.getRequest(), (HttpServletResponse) context.getResponse(), work, reason);
        context.complete();
    }

    @Override
    public void onTimeout(AsyncEvent event) throws IOException {
        if (share.giveUp(guest, this)) {
            refuse(Shed.Reason.WAITED_TOO_LONG);
        }
    }

    @Override
    public void onError(AsyncEvent event) {
        share.giveUp(guest, this);
    }

    /** Also when it was answered on its way back, before it reached the filter. */
    @Override
    public void onComplete(AsyncEvent event) {
        share.giveUp(guest, this);
        leaveUnserved();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // It was served, and waits for something else now.
    }
}
