package dev.alloy.bridge;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code bridge manifest}: prints what the Foundry beside it can do. */
@Command(
        name = "manifest",
        mixinStandardHelpOptions = true,
        description = "Prints the capability manifest of this machine's Foundry, as 'bridge run' reports it.")
final class ManifestCommand implements Callable<Integer> {

    @Mixin
    private FoundryOptions foundry = new FoundryOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        FoundryManifest manifest = foundry.manifest();
        var out = spec.commandLine().getOut();
        out.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(manifest.document()));
        out.flush();
        if (manifest.version().isEmpty()) {
            var err = spec.commandLine().getErr();
            err.println(
                    "Foundry's command did not print its version: name it with --foundry-command, or state --foundry-version.");
            return ExitCode.FOUNDRY.number();
        }
        return ExitCode.OK.number();
    }
}
