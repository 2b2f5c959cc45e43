package dev.alloy.console.web;

import dev.alloy.access.Session;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Who looks at a page.
 *
 * @param session of somebody who signed in; null for nobody
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
