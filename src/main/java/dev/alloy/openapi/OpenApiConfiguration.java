package dev.alloy.openapi;

import dev.alloy.access.Caller;
import dev.alloy.http.PageQuery;
import java.util.Map;
import org.springdoc.core.customizers.SpringDocCustomizers;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.providers.SpringDocProviders;
import org.springdoc.core.service.AbstractRequestService;
import org.springdoc.core.service.GenericResponseService;
import org.springdoc.core.service.OpenAPIService;
import org.springdoc.core.service.OperationService;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/** Tells springdoc which handler parameters do not come from where it would look for them, and takes what it makes out of its hands. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    static {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class, PageQuery.class);
    }

    /** Springdoc has one of its own unless there is one. */
    @Bean
    DocumentMaker openApiResource(
            ObjectFactory<OpenAPIService> builder,
            AbstractRequestService requests,
            GenericResponseService responses,
            OperationService operations,
            SpringDocConfigProperties settings,
            SpringDocProviders providers,
            SpringDocCustomizers customizers) {
        return new DocumentMaker(builder, requests, responses, operations, settings, providers, customizers);
    }

    /** Before the mapping of controllers, springdoc's among them. */
    @Bean
    SimpleUrlHandlerMapping servedFilesMapping(ServedFiles files) {
        var mapping = new SimpleUrlHandlerMapping(Map.of(
                "/v3/api-docs", files,
                "/v3/api-docs.yaml", files,
                "/v3/api-docs/**", files,
                "/swagger-ui.html", files,
                "/swagger-ui", files,
                "/swagger-ui/**", files));
        mapping.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return mapping;
    }
}
