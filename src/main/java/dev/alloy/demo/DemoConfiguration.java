package dev.alloy.demo;

import java.util.Locale;
import java.util.Set;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** There is a demo where Alloy brings its own database, unless {@code alloy.demo=false}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@Conditional(DemoConfiguration.Wanted.class)
class DemoConfiguration {

    @Bean
    DemoLauncher demoLauncher(ApplicationContext context, Environment environment) {
        return new DemoLauncher(context, DemoSettings.of(environment));
    }

    /** A configured database may be a production one: the demo must not appear there. */
    static final class Wanted implements Condition {

        private static final Set<String> OFF = Set.of("false", "off", "no", "0");

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Environment environment = context.getEnvironment();
            String demo = environment.getProperty("alloy.demo", "").strip().toLowerCase(Locale.ROOT);
            return !OFF.contains(demo)
                    && !StringUtils.hasText(environment.getProperty("spring.datasource.url"))
                    && !StringUtils.hasText(environment.getProperty("spring.datasource.jndi-name"));
        }
    }
}
