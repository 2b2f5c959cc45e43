package dev.alloy.problem.web;

import dev.alloy.problem.PublicUrl;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Sets what tells browsers to be careful, on every answer, also on those that Tomcat gives by itself: nothing of ours is to be framed,
 * sniffed, or allowed to load anything. Only Swagger UI runs scripts, and only its own. Source: threat-model.md.
 */
class SecurityHeadersValve extends ValveBase {

    private static final String NOTHING =
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** The one style that Swagger UI does not load from a file: the colours of its logo. */
    private static final String LOGO = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";

    private static final String SWAGGER_UI = NOTHING + "; script-src 'self'; style-src 'self' " + LOGO
            + "; img-src 'self' data:; connect-src 'self'; font-src 'self'";

    private final boolean isBehindTls;

    SecurityHeadersValve(PublicUrl publicUrl) {
        super(true);
        this.isBehindTls = publicUrl.of("/").startsWith("https:");
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String path = String.valueOf(request.getRequestURI());
        boolean isSwaggerUi = path.startsWith("/swagger-ui");
        response.setHeader("Content-Security-Policy", isSwaggerUi ? SWAGGER_UI : NOTHING);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (isBehindTls || request.isSecure()) {
            response.setHeader("Strict-Transport-Security", "max-age=31536000");
        }
        getNext().invoke(request, response);
    }
}
