package dev.alloy.http;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Makes an address of what a proxy says of its caller. Some add the port, by which each connection would be an address of its own; whatever is
 * none at all has no place in the audit log. Stands behind the valve that reads the header.
 */
final class PlainAddresses extends ValveBase {

    /** All who have none are one. */
    static final String UNKNOWN = "unknown";

    private static final Pattern VERSION_4 = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3}){3})(?::[0-9]{1,5})?");

    private static final Pattern VERSION_6 =
            Pattern.compile("([0-9a-fA-F]*:[0-9a-fA-F:.]{1,44}(?:%[0-9A-Za-z]{1,16})?)");

    private static final Pattern IN_BRACKETS = Pattern.compile("\\[" + VERSION_6.pattern() + "](?::[0-9]{1,5})?");

    PlainAddresses() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String said = request.getRemoteAddr();
        String plain = plain(said);
        if (!plain.equals(said)) {
            request.setRemoteAddr(plain);
        }
        getNext().invoke(request, response);
    }

    static String plain(String said) {
        for (Pattern form : new Pattern[] {VERSION_4, VERSION_6, IN_BRACKETS}) {
            Matcher matcher = form.matcher(said);
            if (matcher.matches()) {
                return matcher.group(1);
            }
        }
        return UNKNOWN;
    }
}
