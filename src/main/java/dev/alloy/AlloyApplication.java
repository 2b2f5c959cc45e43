package dev.alloy;

import dev.alloy.bridge.BridgeCommand;
import dev.alloy.conformance.ConformanceCommand;
import dev.alloy.settings.BusyPorts;
import dev.alloy.trail.AuditCommand;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts Alloy's control plane: one stateless service over one PostgreSQL. */
@ConfigurationPropertiesScan
@SpringBootApplication
public class AlloyApplication {

    /**
     * Entry point of the jar: {@code audit …} works on exports and ends, {@code bridge …} is the reference runner,
     * {@code conformance …} judges runners; without a command it starts the service.
     */
    public static void main(String[] args) {
        CommandLineHelp help = new CommandLineHelp(System.out, System.err);
        help.answer(args).ifPresent(System::exit);
        String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        switch (args.length == 0 ? "" : args[0]) {
            case "audit" -> System.exit(AuditCommand.run(rest));
            case "bridge" -> System.exit(BridgeCommand.run(rest));
            case "conformance" -> System.exit(ConformanceCommand.run(rest));
            default -> {
                var service = new SpringApplication(AlloyApplication.class);
                service.addListeners(new BusyPorts());
                service.run(args);
            }
        }
    }
}
