package dev.alloy.settings;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Refuses to start where a port is taken, before a database is opened for nothing. The web server itself listens last, once
 * everything behind it is ready.
 */
public final class BusyPorts implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    private static final int HIGHEST = 65_535;

    /** For the program's entry: a context that a test makes may have no port at all. */
    public BusyPorts() {}

    /** Behind {@link SettingsCheck}: what is a port by now is a number. */
    @Override
    public int getOrder() {
        return LoggingApplicationListener.DEFAULT_ORDER + 1;
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        Environment environment = event.getEnvironment();
        require("server", 8080, environment);
        require("management.server", -1, environment);
    }

    private static void require(String group, int standard, Environment environment) {
        int port = environment.getProperty(group + ".port", Integer.class, standard);
        String address = environment.getProperty(group + ".address");
        if (port > 0) {
            require(group + ".port", port, address);
        }
    }

    private static void require(String property, int port, @Nullable String address) {
        try (var socket = new ServerSocket()) {
            // As Tomcat does. On Windows it would let two programs have one port.
            socket.setReuseAddress(!System.getProperty("os.name").startsWith("Windows"));
            socket.bind(new InetSocketAddress(address == null ? null : InetAddress.getByName(address), port));
        } catch (IOException e) {
            String variable =
                    Setting.of(property, "", AllowedValues.anything(), "").variable();
            int other = port == HIGHEST ? port - 1 : port + 1;
            throw new SettingsRefused(
                    List.of(property + " holds " + port + ", and this port"
                            + (address == null ? "" : " at " + address)
                            + " cannot be listened on (" + e.getMessage()
                            + "). Usually a different program, or a second Alloy, uses it."),
                    "Stop that program, or choose another port: put " + variable + "=" + other
                            + " before the command, or --" + property + "=" + other
                            + " behind java -jar alloy.jar. Nothing has been started, and no database was opened.");
        }
    }
}
