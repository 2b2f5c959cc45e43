package dev.alloy.bridge;

import dev.alloy.bridge.AlloyClient.Self;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code bridge doctor}: looks at everything that a run needs, changes nothing, and says what to do. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Checks server, key, Foundry, repository, gate file and clock, and says what to do. Changes nothing.")
final class DoctorCommand implements Callable<Integer> {

    private static final Duration TOLERATED = Duration.ofSeconds(30);

    /** Some systems tell the start of a process in whole seconds, or a little early. */
    private static final Duration START_TOLD_TO = Duration.ofSeconds(2);

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Mixin
    private FoundryOptions foundry = new FoundryOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** As the server knows it; null where the server could not be asked. */
    private @Nullable JsonNode runner;

    @Override
    public Integer call() {
        var doctor = new Doctor(spec.commandLine().getOut());
        doctor.look("key file", this::keyFile);
        doctor.look("state", this::state);
        doctor.look("server and key", this::runner);
        doctor.look("installations", this::installations);
        doctor.look("clock", this::clock);
        if (foundry.mode() != FoundryOptions.Mode.simulated) {
            doctor.look("Foundry", this::daemon);
            if (foundry.manifest().isReported()) {
                doctor.look("Foundry's version", this::version);
                doctor.look("Foundry's files", this::files);
            }
            copies(doctor);
            age(doctor);
        }
        return doctor.worst().number();
    }

    private String keyFile() {
        server.keyFile().read();
        WorkOptions.refuseInAClone(server.keyPath(), "The key file");
        if (server.keyFile().isOpenToOthers()) {
            throw new BridgeStopped(ExitCode.FILES, server.keyFile() + " can be read by others.", "chmod 600 it.");
        }
        return "only its owner may read it";
    }

    private String state() {
        Path state = work.stateDirectory();
        Path there = state;
        while (there != null && Files.notExists(there)) {
            there = there.getParent();
        }
        if (there == null || !Files.isWritable(there)) {
            throw new BridgeStopped(
                    ExitCode.FILES, state + " cannot be written.", "Name another one with --state-dir.");
        }
        return state.toString();
    }

    private String runner() {
        AlloyClient client = server.client();
        Self self = client.self();
        runner = client.runner(self);
        if (runner.path("installation_ids").isEmpty()) {
            throw new BridgeStopped(
                    ExitCode.SERVER,
                    "The runner " + self.id() + " serves no installation, so nothing is offered to it.",
                    "Ask an administrator of the runners to give it one: PATCH /api/runners/" + self.id() + ".");
        }
        return self.id() + " of " + self.organization() + ", "
                + runner.path("status").asString("") + "; allowed: " + runner.path("allowed_projects")
                + "; trusted: " + runner.path("trusted_projects");
    }

    /** The command gives Foundry no trace id, so the traces of a runner_pull installation could not be told to be the run's. */
    private String installations() {
        if (runner == null) {
            throw new BridgeStopped(
                    ExitCode.SERVER,
                    "The projects are unknown while the server cannot be reached.",
                    "See 'server and key' above.");
        }
        AlloyClient client = server.client();
        for (JsonNode installation : runner.path("installation_ids")) {
            String type = client.installation(installation.asString(""))
                    .path("connection_type")
                    .asString("");
            if (type.equals("runner_pull") && foundry.mode() == FoundryOptions.Mode.cli) {
                throw new BridgeStopped(
                        ExitCode.FOUNDRY,
                        "The installation " + installation.asString("")
                                + " is runner_pull, and --mode cli gives Foundry no trace id:"
                                + " no trace of its runs would be believed.",
                        "Use --mode grpc, or change the installation: PATCH /api/foundry-installations/"
                                + installation.asString("") + " {\"connection_type\": \"cli_bridge\"}.");
            }
        }
        return runner.path("installation_ids").toString();
    }

    private String clock() {
        try {
            ApiAnswer answer =
                    new AlloyApi(server.server(), server.keyFile().read()).send(AlloyApi.Call.get("/api/whoami"));
            Instant theirs = answer.header("date")
                    .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant())
                    .orElseThrow(() ->
                            new BridgeStopped(ExitCode.SERVER, "The server's answer has no Date.", "Is it Alloy?"));
            Duration off = Duration.between(theirs, Clock.systemUTC().instant()).abs();
            if (off.compareTo(TOLERATED) > 0) {
                throw new BridgeStopped(
                        ExitCode.SERVER,
                        "This machine's clock is " + off.toSeconds() + " s away from the server's.",
                        "Set it: results carry the time of this machine.");
            }
            return "within " + (off.toSeconds() + 1) + " s of the server's";
        } catch (IOException e) {
            throw new NoResponse(String.valueOf(e.getMessage()));
        }
    }

    private String daemon() {
        try (Foundry daemon =
                foundry.foundry(work.stateDirectory(), spec.commandLine().getOut())) {
            daemon.requireReachable();
            return "answers, mode " + daemon.mode();
        }
    }

    private String version() {
        String version = foundry.manifest().version();
        if (version.isEmpty()) {
            throw new BridgeStopped(
                    ExitCode.FOUNDRY,
                    "Foundry's command did not print its version.",
                    "Name it with --foundry-command, or state --foundry-version.");
        }
        return version;
    }

    private String files() {
        if (!foundry.files().canReadTraces()) {
            throw new BridgeStopped(
                    ExitCode.FOUNDRY,
                    "Foundry's traces cannot be read here.",
                    "Let this user read them, and name their directory with --foundry-traces.");
        }
        return foundry.files().canReadEvents()
                ? "traces and the log of events can be read"
                : "the event log does not exist yet, or cannot be read; without it, an interrupted run stays unknown";
    }

    private void copies(Doctor doctor) {
        boolean read = doctor.look(
                "registry",
                () -> foundry.registry().projects().size() + " projects in "
                        + foundry.registry().file());
        if (!read) {
            return;
        }
        List<FoundryRegistry.Project> projects = foundry.registry().projects();
        for (FoundryRegistry.Project project : projects) {
            String name = "working copy of " + project.name();
            if (!WorkingCopy.isBelow(project, work.workdir()) && !isAllowed(project)) {
                doctor.pass(
                        name, project.path() + " is not below " + work.workdir() + ", so runs of it are refused here");
            } else if (doctor.look(name, () -> copy(project))) {
                doctor.look("files of " + project.name(), () -> room(project));
                doctor.look("gate file of " + project.name(), () -> gates(project));
                identity(doctor, project);
            }
        }
        known(doctor, projects);
    }

    private boolean isAllowed(FoundryRegistry.Project project) {
        return runner != null
                && runner.path("allowed_projects").valueStream().anyMatch(id -> id.asString("")
                        .equals(project.name()));
    }

    /** What the runner may be asked for has to be in the registry, under the project's id. */
    private void known(Doctor doctor, List<FoundryRegistry.Project> projects) {
        if (runner == null) {
            return;
        }
        for (JsonNode allowed : runner.path("allowed_projects")) {
            String id = allowed.asString("");
            doctor.look("project " + id, () -> projects.stream()
                    .filter(project -> project.name().equals(id))
                    .findFirst()
                    .map(project -> "is in the registry: " + project.path())
                    .orElseThrow(() -> new BridgeStopped(
                            ExitCode.FOUNDRY,
                            "The runner may have runs of " + id + ", and Foundry's registry "
                                    + foundry.registry().file() + " has no project of that name.",
                            "Add it there under exactly this name, with a clone below --workdir, and restart foundryd; or take"
                                    + " the project from the runner.")));
        }
    }

    /** Foundry reads its registry once, when it starts. */
    private void age(Doctor doctor) {
        Path registry = foundry.registry().file();
        Optional<Instant> started = ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .map(command -> Path.of(command).getFileName())
                        .filter(name -> name.toString().equals("foundryd"))
                        .isPresent())
                .flatMap(process -> process.info().startInstant().stream())
                .max(Comparator.naturalOrder());
        try {
            Instant changed = Files.getLastModifiedTime(registry).toInstant();
            if (started.isEmpty()) {
                doctor.warn(
                        "age of foundryd",
                        "unknown: its process cannot be seen from here",
                        "If " + registry + " changed after foundryd was started (" + changed
                                + "), restart foundryd: it reads its registry once.");
            } else if (started.get().plus(START_TOLD_TO).isBefore(changed)) {
                doctor.warn(
                        "age of foundryd",
                        "it was started at " + started.get() + ", before " + registry + " changed at " + changed,
                        "Restart foundryd: it reads its registry only at the start.");
            } else {
                doctor.look(
                        "age of foundryd",
                        () -> "it was started after " + registry
                                + " changed last; that it reads this file cannot be seen");
            }
        } catch (IOException e) {
            doctor.warn("age of foundryd", "unknown: " + e, "Let this user read " + registry + ".");
        }
    }

    private String copy(FoundryRegistry.Project project) {
        WorkingCopy copy = WorkingCopy.of(project, work.workdir());
        copy.obstacle().ifPresent(why -> {
            throw new BridgeStopped(ExitCode.WORKING_COPY, why + ".", "Commit, stash or remove it.");
        });
        return copy.path() + " at " + copy.head() + (project.pushes() ? ", and Foundry pushes what it commits" : "");
    }

    /** The files of a run go to a directory that must not be the repository's own. */
    private String room(FoundryRegistry.Project project) {
        try {
            WorkingCopy.of(project, work.workdir()).requireRoom();
        } catch (ExecutionRefused e) {
            throw new BridgeStopped(
                    ExitCode.WORKING_COPY,
                    e.message(),
                    "Take " + AlloyFiles.DIRECTORY + "/ out of the repository (git rm -r --cached "
                            + AlloyFiles.DIRECTORY + ") and out of the clone.");
        }
        return AlloyFiles.DIRECTORY + "/ is free";
    }

    /** Without one foundryd cannot commit, and a run of hours ends in nothing. */
    private void identity(Doctor doctor, FoundryRegistry.Project project) {
        WorkingCopy copy = WorkingCopy.of(project, work.workdir());
        String what = "Git identity of " + project.name();
        String remedy = "Set both in the clone, where they count for foundryd's user too: git -C " + project.path()
                + " config user.name <name>; git -C " + project.path() + " config user.email <address>.";
        if (copy.identity(true).isPresent() || copy.identity(false).isEmpty()) {
            doctor.look(what, () -> copy.identity(true)
                    .orElseThrow(() -> new BridgeStopped(
                            ExitCode.WORKING_COPY,
                            "Git has no user.name and user.email here, so Foundry's commits fail.",
                            remedy)));
        } else {
            doctor.warn(
                    what,
                    copy.identity(false).orElse("")
                            + ", from the configuration of this user or machine, which foundryd's user may not"
                            + " have",
                    remedy);
        }
    }

    private String gates(FoundryRegistry.Project project) {
        byte[] own = WorkingCopy.of(project, work.workdir()).gateFile();
        GateFile.read(own);
        return own == null
                ? "there is none: only gates of the overlay run, and without any nothing is proven"
                : "can be read";
    }
}
