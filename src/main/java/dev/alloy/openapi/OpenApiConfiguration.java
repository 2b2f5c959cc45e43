package dev.alloy.openapi;

import dev.alloy.access.Caller;
import dev.alloy.http.PageQuery;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Configuration;

/** Tells springdoc which handler parameters do not come from where it would look for them. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    static {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class, PageQuery.class);
    }
}
