package dev.alloy.http;

import dev.alloy.problem.ProblemWriter;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** Wires the conventions into Spring MVC. */
@Configuration(proxyBeanMethods = false)
class HttpConfiguration {

    /** Filters that need the caller run behind Spring Security's, which Boot registers at -100. */
    private static final int BEHIND_SECURITY = -50;

    @Bean
    JsonMapperBuilderCustomizer wireFormat() {
        return builder -> builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
    }

    @Bean
    FilterRegistrationBean<RequestBodyFilter> requestBodyFilter(
            RequestMappingHandlerMapping requestMappingHandlerMapping,
            ProblemWriter problems,
            @Value("${alloy.http.max-body-bytes:1048576}") int limit,
            @Value("${alloy.http.max-file-bytes:52428800}") int fileLimit,
            @Value("${alloy.http.max-files:8}") int files,
            @Value("${alloy.http.body-grace:10s}") Duration grace) {
        var registration = new FilterRegistrationBean<>(new RequestBodyFilter(
                new HandlerLookup(requestMappingHandlerMapping),
                new Spool(fileLimit, files, grace),
                problems,
                limit,
                grace));
        registration.addUrlPatterns("/api/*");
        registration.setOrder(BEHIND_SECURITY);
        return registration;
    }

    @Bean
    FilterRegistrationBean<IdempotencyKeyFilter> idempotencyKeyFilter(
            RequestMappingHandlerMapping requestMappingHandlerMapping,
            PlatformTransactionManager transactions,
            IdempotencyRecords answers,
            ProblemWriter problems) {
        var registration = new FilterRegistrationBean<>(new IdempotencyKeyFilter(
                new HandlerLookup(requestMappingHandlerMapping),
                new TransactionTemplate(transactions),
                answers,
                problems));
        registration.addUrlPatterns("/api/*");
        registration.setOrder(BEHIND_SECURITY + 10);
        return registration;
    }

    /** Behind Boot's own, which has the order 0 and brings the valve that reads what a proxy says. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> plainAddresses() {
        return factory -> factory.addEngineValves(new PlainAddresses());
    }

    /** Only a query has parameters. Who asks for one early would otherwise read a body that is somebody else's to refuse. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> noParametersInBodies() {
        return factory -> factory.addConnectorCustomizers(connector -> connector.setParseBodyMethods(""));
    }

    @Bean
    WebMvcConfigurer conventions(JsonMapper json) {
        return new WebMvcConfigurer() {
            @Override
            public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
                builder.addCustomConverter(new StrictBodyConverter(json));
            }

            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new PageQueryResolver());
                resolvers.add(new SpooledBodyResolver());
            }

            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new QueryParameterGuard());
                registry.addInterceptor(new AcceptGuard());
            }
        };
    }
}
