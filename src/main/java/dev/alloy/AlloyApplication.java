package dev.alloy;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts Alloy's control plane: one stateless service over one PostgreSQL. */
@ConfigurationPropertiesScan
@SpringBootApplication
public class AlloyApplication {

    /** Entry point of the jar. */
    public static void main(String[] args) {
        SpringApplication.run(AlloyApplication.class, args);
    }
}
