package dev.alloy.openapi;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** The kinds of credentials. */
@Component
@Order(Rank.COMPONENTS)
class SecuritySchemes implements OpenApiCustomizer {

    static final String TOKEN = "token";
    static final String RUNNER_KEY = "runnerKey";
    static final String REGISTRATION_TOKEN = "registrationToken";
    static final String CALLBACK_TOKEN = "callbackToken";

    @Override
    public void customise(OpenAPI document) {
        document.getComponents()
                .addSecuritySchemes(
                        TOKEN,
                        bearer("alloy_pat_…", "The access token of a person or service, or the bootstrap token."))
                .addSecuritySchemes(RUNNER_KEY, bearer("alloy_rnr_…", "The key of a registered runner."))
                .addSecuritySchemes(
                        REGISTRATION_TOKEN,
                        bearer("alloy_reg_…", "A one-time token with which a runner registers itself."))
                .addSecuritySchemes(
                        CALLBACK_TOKEN,
                        bearer("opaque", "The callback token of one attempt; it reports that run's completion only."));
    }

    private static SecurityScheme bearer(String format, String description) {
        return new SecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .bearerFormat(format)
                .description(description);
    }
}
