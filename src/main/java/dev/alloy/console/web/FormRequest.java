package dev.alloy.console.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A form whose token was looked at: its parameters are the fields of the form alone, so a link cannot fill one in. */
class FormRequest extends HttpServletRequestWrapper {

    private static final String KEPT = FormRequest.class.getName();

    private final Map<String, String[]> fields = new LinkedHashMap<>();

    FormRequest(HttpServletRequest request, Map<String, String> sent) {
        super(request);
        sent.forEach((name, value) -> {
            if (!name.equals(FormTokens.FIELD)) {
                fields.put(name, new String[] {value});
            }
        });
    }

    /** A request that waited for its turn comes by again, and its body is gone by then. */
    static void keep(HttpServletRequest request, Map<String, String> sent) {
        request.setAttribute(KEPT, sent);
    }

    @SuppressWarnings("unchecked")
    static Optional<Map<String, String>> kept(HttpServletRequest request) {
        return Optional.ofNullable((Map<String, String>) request.getAttribute(KEPT));
    }

    @Override
    public @Nullable String getParameter(String name) {
        String[] values = fields.get(name);
        return values == null ? null : values[0];
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
        String[] values = fields.get(name);
        return values == null ? null : values.clone();
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        return Collections.unmodifiableMap(fields);
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return Collections.enumeration(fields.keySet());
    }
}
