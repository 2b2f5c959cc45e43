package dev.alloy.runner;

import dev.alloy.access.Caller;
import dev.alloy.access.Organizations;
import dev.alloy.access.Projects;
import dev.alloy.access.Secrets;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.http.EntityTag;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.installation.Installations;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.WrongState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The registered runners and their keys. */
@Service
@Transactional
public class Runners {

    static final String KEY_PREFIX = "alloy_rnr_";

    private static final Duration LONGEST_LIFE = Duration.ofDays(3650);

    private final RunnerRepository runners;
    private final Organizations organizations;
    private final Projects projects;
    private final Installations installations;
    private final DatabaseClock clock;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;

    Runners(
            RunnerRepository runners,
            Organizations organizations,
            Projects projects,
            Installations installations,
            DatabaseClock clock,
            AuditLog audit,
            ApplicationEventPublisher events) {
        this.runners = runners;
        this.organizations = organizations;
        this.projects = projects;
        this.installations = installations;
        this.clock = clock;
        this.audit = audit;
        this.events = events;
    }

    /** A runner to create. */
    public record Description(
            String name,
            List<String> allowedProjects,
            List<String> installationIds,
            List<String> supportedSchemaVersions,
            int maxConcurrency,
            @Nullable Instant keyExpiresAt) {}

    /** What to change; null leaves a member as it is. */
    public record Change(
            @Nullable String name,
            @Nullable List<String> allowedProjects,
            @Nullable List<String> trustedProjects,
            @Nullable List<String> installationIds,
            @Nullable List<String> confirmedInstallationIds,
            @Nullable Integer maxConcurrency,
            @Nullable RunnerStatus status) {}

    /**
     * A runner with a new key.
     *
     * @param key the key itself; it is shown this once and cannot be read again
     */
    public record Keyed(Runner runner, String key) {}

    /** Registers a runner. Refused: {@code unknown-reference}. */
    public Keyed register(Caller caller, String organizationId, Description description) {
        caller.requireWholeOrganization();
        organizations.requireReferenced(caller, organizationId);
        projects.requireReferenced(caller, organizationId, description.allowedProjects(), "/allowed_projects");
        installations.requireReferenced(caller, organizationId, description.installationIds(), "/installation_ids");
        return register(
                caller, organizationId, Ids.next("runner"), description, description.installationIds(), caller.name());
    }

    /**
     * Registers a runner whose description was seen to.
     *
     * @param confirmed the installations that a person gave it
     * @param by who answers for it
     */
    Keyed register(
            Caller caller,
            String organizationId,
            String id,
            Description description,
            List<String> confirmed,
            String by) {
        Instant now = clock.now();
        refuseUnlessAhead(description.keyExpiresAt(), now);
        String key = newKey(id);
        var runner = new Runner(id, organizationId, description, confirmed, Secrets.hash(key), by, now);
        runners.add(runner);
        audit.append(fact(caller, "runner.registered", runner)
                .with("name", runner.name())
                .with("allowed_projects", runner.allowedProjects())
                .with("installation_ids", runner.installationIds())
                .with("confirmed_installation_ids", runner.confirmedInstallationIds())
                .with("registered_by", by));
        return new Keyed(runner, key);
    }

    private static void refuseUnlessAhead(@Nullable Instant keyExpiresAt, Instant now) {
        if (keyExpiresAt != null && (!keyExpiresAt.isAfter(now) || keyExpiresAt.isAfter(now.plus(LONGEST_LIFE)))) {
            throw Bodies.refusal(
                    "/key_expires_at", "out-of-range", "A key's expires_at lies in the future, within ten years.");
        }
    }

    /** Changes a runner that is still at the version the caller knows. */
    public Runner change(Caller caller, String id, @Nullable String ifMatch, Change change) {
        caller.requireWholeOrganization();
        Runner runner = get(caller, id);
        EntityTag.require(ifMatch, tag(runner));
        refuseRevoked(runner);
        if (change.name() != null) {
            runner.rename(change.name());
        }
        if (change.allowedProjects() != null) {
            projects.requireReferenced(caller, runner.organizationId(), change.allowedProjects(), "/allowed_projects");
            runner.allow(change.allowedProjects());
        }
        if (change.trustedProjects() != null) {
            trust(runner, change.trustedProjects());
        }
        if (change.installationIds() != null) {
            installations.requireReferenced(
                    caller, runner.organizationId(), change.installationIds(), "/installation_ids");
            runner.serve(change.installationIds());
        }
        if (change.confirmedInstallationIds() != null) {
            confirm(runner, change.confirmedInstallationIds());
        }
        if (change.maxConcurrency() != null) {
            runner.takeAtMost(change.maxConcurrency());
        }
        if (change.status() == RunnerStatus.DRAINING) {
            runner.drain();
        } else if (change.status() == RunnerStatus.ONLINE) {
            runner.resume();
        }
        audit.append(fact(caller, "runner.changed", runner)
                .with("allowed_projects", runner.allowedProjects())
                .with("trusted_projects", runner.trustedProjects())
                .with("confirmed_installation_ids", runner.confirmedInstallationIds())
                .with("status", runner.status(clock.now())));
        events.publishEvent(new RunnerChanged(runner));
        return runner;
    }

    private static void trust(Runner runner, List<String> trusted) {
        for (int i = 0; i < trusted.size(); i++) {
            if (!runner.allowedProjects().contains(trusted.get(i))) {
                throw Bodies.refusal(
                        "/trusted_projects/" + i,
                        "not-allowed-project",
                        "Only a project that is allowed can be trusted.");
            }
        }
        runner.trust(trusted);
    }

    private static void confirm(Runner runner, List<String> confirmed) {
        for (int i = 0; i < confirmed.size(); i++) {
            if (!runner.installationIds().contains(confirmed.get(i))) {
                throw Bodies.refusal(
                        "/confirmed_installation_ids/" + i,
                        "not-served",
                        "Only an installation that the runner serves can be confirmed.");
            }
        }
        runner.confirm(confirmed);
    }

    /** Notes which document versions a runner says it reads; saying the same again changes nothing. */
    public void declare(Caller caller, List<String> supportedSchemaVersions) {
        Runner runner = get(caller, caller.name());
        if (!runner.supportedSchemaVersions().equals(supportedSchemaVersions)) {
            runner.read(supportedSchemaVersions);
            audit.append(fact(caller, "runner.versions_declared", runner).with("versions", supportedSchemaVersions));
            events.publishEvent(new RunnerChanged(runner));
        }
    }

    /**
     * Gives a runner a new key; the old one stays good for the overlap, or until it ends by itself.
     *
     * @param expiresAt when the new one ends by itself; null for never
     */
    public String rotateKey(Caller caller, String id, Duration overlap, @Nullable Instant expiresAt) {
        caller.requireWholeOrganization();
        Runner runner = get(caller, id);
        refuseRevoked(runner);
        String key = newKey(id);
        Instant now = clock.now();
        refuseUnlessAhead(expiresAt, now);
        runner.rotateKey(Secrets.hash(key), expiresAt, now.plus(overlap));
        audit.append(fact(caller, "runner.key_rotated", runner));
        return key;
    }

    /** Takes a runner's key away for good; doing so again changes nothing. */
    public Runner revoke(Caller caller, String id, String reason) {
        caller.requireWholeOrganization();
        Runner runner = get(caller, id);
        if (!runner.isRevoked()) {
            runner.revoke();
            audit.append(fact(caller, "runner.revoked", runner).with("reason", reason));
            events.publishEvent(new RunnerRevoked(caller, runner));
        }
        return runner;
    }

    private static void refuseRevoked(Runner runner) {
        if (runner.isRevoked()) {
            throw WrongState.refusal(
                    "The runner was revoked.", RunnerStatus.REVOKED.wireName(), "Register a new runner.");
        }
    }

    /** The runner's entity tag. */
    public static String tag(Runner runner) {
        return EntityTag.of(runner.id(), runner.version());
    }

    /** The runner if it is within the caller's reach; else {@code not-found}. */
    @Transactional(readOnly = true)
    public Runner get(Caller caller, String id) {
        return runners.find(caller, id).orElseThrow(() -> ProblemType.NOT_FOUND.because("No such runner."));
    }

    /** The runner that a body names; else {@code unknown-reference}. */
    @Transactional(readOnly = true)
    public Runner referenced(Caller caller, String organizationId, String id, String pointer) {
        return runners.find(caller, id)
                .filter(runner -> runner.organizationId().equals(organizationId))
                .orElseThrow(() -> ProblemType.UNKNOWN_REFERENCE
                        .because("There is no such runner.")
                        .at(pointer, "unknown-reference", "No runner of this id is within reach."));
    }

    /** All runners of an organization, newest first. */
    @Transactional(readOnly = true)
    public List<Runner> of(String organizationId) {
        return runners.all(Caller.system(organizationId), Map.of());
    }

    /** The runners within the caller's reach. */
    @Transactional(readOnly = true)
    public Page<Runner> list(Caller caller, PageQuery page) {
        return runners.list(caller, page, Map.of());
    }

    private static String newKey(String id) {
        return Secrets.issue(KEY_PREFIX, id.substring("runner_".length()));
    }

    private static AuditFact fact(Caller caller, String type, Runner runner) {
        return AuditFact.of(caller.actor(), type, runner.organizationId(), null, "alloy_runner", runner.id());
    }
}
