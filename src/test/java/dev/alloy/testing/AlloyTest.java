package dev.alloy.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.ContextConfiguration;

/**
 * A test against the whole service over real HTTP and a real PostgreSQL. All such tests share one application and one database:
 * each makes an organization of its own and never counts rows of others.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "alloy.bootstrap-token=" + Api.BOOTSTRAP_TOKEN,
            "alloy.demo=false",
            "alloy.run.sweep-interval=1h",
            "alloy.audit.seal-interval=1h",
            "spring.lifecycle.timeout-per-shutdown-phase=3s"
        })
@ContextConfiguration(initializers = TestDatabase.class)
public @interface AlloyTest {}
