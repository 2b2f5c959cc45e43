package dev.alloy.runner;

import dev.alloy.access.Caller;
import dev.alloy.installation.Installation;
import dev.alloy.installation.InstallationServers;
import org.springframework.stereotype.Component;

/** A runner serves the installations it is registered for. */
@Component
class RegisteredServers implements InstallationServers {

    private final RunnerRepository runners;

    RegisteredServers(RunnerRepository runners) {
        this.runners = runners;
    }

    @Override
    public boolean serves(String runnerId, Installation installation) {
        return runners.find(Caller.system(installation.organizationId()), runnerId)
                .filter(runner -> runner.installationIds().contains(installation.id()))
                .isPresent();
    }

    @Override
    public boolean isConfirmed(String runnerId, Installation installation) {
        return runners.find(Caller.system(installation.organizationId()), runnerId)
                .filter(runner -> runner.confirmedInstallationIds().contains(installation.id()))
                .isPresent();
    }
}
