package dev.alloy.http;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes a waiting connection small: thousands of runners wait at once, and Tomcat keeps the buffers of each. */
@Configuration(proxyBeanMethods = false)
class WaitingConnections {

    private static final String BUFFER_BYTES = "2048";

    /** The kernel would keep megabytes for each connection that nobody reads from. */
    private static final String KERNEL_BYTES = "131072";

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> smallSocketBuffers() {
        return factory -> factory.addConnectorCustomizers(connector -> {
            connector.setProperty("socket.appReadBufSize", BUFFER_BYTES);
            connector.setProperty("socket.appWriteBufSize", BUFFER_BYTES);
            connector.setProperty("socket.txBufSize", KERNEL_BYTES);
        });
    }
}
