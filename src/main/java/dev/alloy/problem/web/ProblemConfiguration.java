package dev.alloy.problem.web;

import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import dev.alloy.problem.PublicUrl;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
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

    @Bean
    RequestRejectedHandler problemOfTheFirewall(ProblemWriter writer) {
        return (request, response, rejected) -> writer.write(
                request,
                response,
                ProblemType.MALFORMED_REQUEST.because("The path or a header holds characters that are not allowed."));
    }
}
