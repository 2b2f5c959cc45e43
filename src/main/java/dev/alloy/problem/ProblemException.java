package dev.alloy.problem;

import dev.alloy.contract.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request is refused; rendered as a problem document. Its message reaches the caller, so it never holds a secret or text
 * from elsewhere.
 */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemType type;
    private @Nullable String remedy;
    private final transient List<Finding> errors = new ArrayList<>();
    private final transient Map<String, Object> members = new LinkedHashMap<>();

    ProblemException(ProblemType type, String detail) {
        super(detail);
        this.type = type;
    }

    /** The cause. */
    public ProblemType type() {
        return type;
    }

    /** What to do next: what fits this occurrence, or else what its type says. */
    public String remedy() {
        return remedy == null ? type.remedy() : remedy;
    }

    /** Says what to do about this very occurrence. */
    public ProblemException remedy(String text) {
        this.remedy = text;
        return this;
    }

    /** Places in the body that are wrong; empty when the refusal is not about places. */
    public List<Finding> errors() {
        return List.copyOf(errors);
    }

    /** Members that this type adds to the document. */
    public Map<String, Object> members() {
        return Map.copyOf(members);
    }

    /** Adds a place that is wrong. */
    public ProblemException at(String pointer, String code, String detail) {
        errors.add(new Finding(pointer, code, detail));
        return this;
    }

    /** Adds places that are wrong. */
    public ProblemException with(List<Finding> findings) {
        errors.addAll(findings);
        return this;
    }

    /** Adds a member to the document. */
    public ProblemException with(String name, Object value) {
        members.put(name, value);
        return this;
    }

    /** Refusals are expected answers; a stack trace would only cost time. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
