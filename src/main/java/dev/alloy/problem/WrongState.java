package dev.alloy.problem;

/** Refuses what a state does not allow. There is no other way to do so: a reader who learns only the state is stuck. */
public final class WrongState {

    private WrongState() {}

    /**
     * A refusal of type {@code invalid-transition}, to be thrown.
     *
     * @param state the state that the resource is in
     * @param remedy what leads on from that state, and can be done
     */
    public static ProblemException refusal(String detail, String state, String remedy) {
        return ProblemType.INVALID_TRANSITION
                .because(detail)
                .with("state", state)
                .remedy(remedy);
    }
}
