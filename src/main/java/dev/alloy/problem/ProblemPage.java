package dev.alloy.problem;

import jakarta.servlet.http.HttpServletRequest;

/** Draws a problem for people. A request that is answered with pages carries one as the attribute {@link #ATTRIBUTE}. */
public interface ProblemPage {

    /** The name of the request's attribute. */
    String ATTRIBUTE = ProblemPage.class.getName();

    /** The page, in UTF-8. */
    byte[] render(HttpServletRequest request, ProblemException problem, String correlationId);
}
