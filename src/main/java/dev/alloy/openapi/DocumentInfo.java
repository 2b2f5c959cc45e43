package dev.alloy.openapi;

import dev.alloy.problem.PublicUrl;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Contact;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.servers.Server;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Says what this is, which build it is and where it stands. */
@Component
@Order(Rank.COMPONENTS)
class DocumentInfo implements OpenApiCustomizer {

    private final PublicUrl urls;
    private final ObjectProvider<BuildProperties> build;

    DocumentInfo(PublicUrl urls, ObjectProvider<BuildProperties> build) {
        this.urls = urls;
        this.build = build;
    }

    @Override
    public void customise(OpenAPI document) {
        document.setInfo(new Info()
                .title("Alloy")
                .version(version())
                .description(new String(Resources.required("introduction.md"), StandardCharsets.UTF_8))
                .contact(new Contact().name("The operator of this service"))
                .license(new License().name("Apache-2.0").identifier("Apache-2.0")));
        document.setServers(List.of(new Server().url(urls.of("")).description("The configured public URL")));
    }

    private String version() {
        BuildProperties known = build.getIfAvailable();
        return known == null ? "unbuilt" : String.valueOf(known.getVersion());
    }
}
