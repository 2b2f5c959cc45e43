package dev.alloy.console.web;

import dev.alloy.access.Session;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Who looks at a page.
 *
 * @param session of a person who signed in; null without one
 * @param formToken what their forms carry
 */
record Visitor(@Nullable Session session, String formToken) {

    private static final String ATTRIBUTE = Visitor.class.getName();

    void arrive(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Who looks at the page that is being asked for. */
    static Visitor of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Visitor visitor ? visitor : new Visitor(null, "");
    }
}
