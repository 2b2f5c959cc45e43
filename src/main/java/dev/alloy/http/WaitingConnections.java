package dev.alloy.http;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Shrinks the buffers of waiting connections, and bounds those of strangers. Thousands of runners wait at once. */
@Configuration(proxyBeanMethods = false)
class WaitingConnections {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> smallBuffers() {
        return factory -> factory.addConnectorCustomizers(connector -> {
            // Beside the heap, where the system reads and writes without copying once more.
            set(connector, "socket.directBuffer", "true");
            // As much stands behind the head of each request as well.
            set(connector, "socket.appReadBufSize", "512");
            set(connector, "socket.appWriteBufSize", "2048");
            // The kernel would keep megabytes for each unread connection.
            set(connector, "socket.txBufSize", "131072");
            // Nothing of ours reads trailer fields, and Tomcat keeps room for them in each request.
            set(connector, "maxTrailerSize", "128");
        });
    }

    /** Tomcat only logs what it does not know. */
    private static void set(Connector connector, String property, String value) {
        if (!connector.setProperty(property, value)) {
            throw new IllegalStateException("Tomcat has no property " + property);
        }
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> watchedConnections(
            @Value("${alloy.http.address-strangers:2000}") int ofAddress,
            @Value("${alloy.http.strangers:8000}") int ofAll) {
        return factory -> {
            factory.setProtocol(WatchedProtocol.class.getName());
            factory.addConnectorCustomizers(connector -> {
                if (connector.getProtocolHandler() instanceof WatchedProtocol protocol) {
                    protocol.bound(new Strangers<>(ofAddress, ofAll));
                }
            });
            factory.addEngineValves(new Beginning());
        };
    }

    /** Tells a request by which connection it came. */
    private static final class Beginning extends ValveBase {

        Beginning() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            if (!request.isAsyncDispatching()) {
                ClientConnection.begin(request.getRequest());
            }
            getNext().invoke(request, response);
        }
    }
}
