package dev.alloy;

import dev.alloy.conformance.ConformanceCommand;
import dev.alloy.trail.AuditCommand;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts Alloy's control plane: one stateless service over one PostgreSQL. */
@ConfigurationPropertiesScan
@SpringBootApplication
public class AlloyApplication {

    /** Entry point of the jar: {@code audit …} works on exports and {@code conformance …} judges a runner, and both end;
     * anything else starts the service. */
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("audit")) {
            System.exit(AuditCommand.run(Arrays.copyOfRange(args, 1, args.length)));
        }
        if (args.length > 0 && args[0].equals("conformance")) {
            System.exit(ConformanceCommand.run(Arrays.copyOfRange(args, 1, args.length)));
        }
        SpringApplication.run(AlloyApplication.class, args);
    }
}
