package dev.alloy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

class DemoConfigurationTests {

    private final WebApplicationContextRunner service = new WebApplicationContextRunner()
            .withUserConfiguration(DemoConfiguration.class)
            .withPropertyValues("spring.datasource.url=", "alloy.demo=");

    @Test
    void hasADemoWhereAlloyBringsItsOwnDatabase() {
        service.run(context -> assertThat(context).hasSingleBean(DemoLauncher.class));
    }

    @Test
    void hasNoDemoWhereADatabaseIsConfigured() {
        service.withPropertyValues("spring.datasource.url=jdbc:postgresql://db/alloy")
                .run(context -> assertThat(context).doesNotHaveBean(DemoLauncher.class));
        service.withPropertyValues("spring.datasource.jndi-name=jdbc/alloy")
                .run(context -> assertThat(context).doesNotHaveBean(DemoLauncher.class));
    }

    @Test
    void hasNoDemoWhereADatabaseIsConfiguredAndADemoIsAskedFor() {
        service.withPropertyValues("spring.datasource.url=jdbc:postgresql://db/alloy", "alloy.demo=true")
                .run(context -> assertThat(context).doesNotHaveBean(DemoLauncher.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "FALSE", "off", "no", "0"})
    void hasNoDemoWhereItIsSwitchedOff(String value) {
        service.withPropertyValues("alloy.demo=" + value)
                .run(context -> assertThat(context).doesNotHaveBean(DemoLauncher.class));
    }

    @Test
    void hasNoDemoWithoutAWebServer() {
        new ApplicationContextRunner()
                .withUserConfiguration(DemoConfiguration.class)
                .run(context -> assertThat(context).doesNotHaveBean(DemoLauncher.class));
    }
}
