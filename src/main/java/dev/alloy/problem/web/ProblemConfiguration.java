package dev.alloy.problem.web;

import dev.alloy.problem.Connections;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import dev.alloy.problem.PublicUrl;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.web.firewall.RequestRejectedHandler;

/** Sees to it that refusals made outside our controllers are problem documents as well. */
@Configuration(proxyBeanMethods = false)
class ProblemConfiguration {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> edge(PublicUrl publicUrl) {
        return factory -> factory.addEngineValves(new EdgeValve(publicUrl));
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemPagesOfTomcat() {
        return factory -> factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemErrorReportValve.class.getName());
            }
        });
    }

    /** Tomcat includes a page about a failure where part of the answer is sent; who reads it learns as much from the end of the connection. */
    @Bean
    FilterRegistrationBean<Filter> noPageInsideAnAnswer() {
        var registration = new FilterRegistrationBean<Filter>((request, response, chain) -> Connections.close(request));
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.INCLUDE));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    RequestRejectedHandler problemOfTheFirewall(ProblemWriter writer) {
        return (request, response, rejected) -> writer.write(
                request,
                response,
                ProblemType.MALFORMED_REQUEST.because("The path or a header holds characters that are not allowed."));
    }
}
