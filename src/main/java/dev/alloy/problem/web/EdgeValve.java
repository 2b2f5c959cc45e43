package dev.alloy.problem.web;

import dev.alloy.problem.Connections;
import dev.alloy.problem.Correlation;
import dev.alloy.problem.PublicUrl;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Meets every request first, also those that Tomcat refuses by itself. Gives each its correlation id, and every answer what tells
 * browsers to be careful: nothing of ours is to be framed, sniffed, or allowed to load anything; only Swagger UI runs scripts, and only
 * its own. Source: threat-model.md.
 */
class EdgeValve extends ValveBase {

    private static final String NOTHING =
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String SWAGGER_UI = NOTHING
            + "; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'";

    private static final String PUBLIC_URL = EdgeValve.class.getName();

    private final PublicUrl publicUrl;
    private final boolean isBehindTls;

    EdgeValve(PublicUrl publicUrl) {
        super(true);
        this.publicUrl = publicUrl;
        this.isBehindTls = publicUrl.of("/").startsWith("https:");
    }

    /** The absolute URL of a path, for a request that came by here. */
    static String url(Request request, String path) {
        return request.getAttribute(PUBLIC_URL) instanceof PublicUrl urls ? urls.of(path) : path;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String path = String.valueOf(request.getRequestURI());
        request.setAttribute(PUBLIC_URL, publicUrl);
        Connections.closing(request.getRequest(), () -> request.getCoyoteRequest()
                .action(ActionCode.CLOSE_NOW, new IOException("The body is not read on")));
        response.setHeader(Correlation.HEADER, Correlation.of(request.getRequest()));
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
