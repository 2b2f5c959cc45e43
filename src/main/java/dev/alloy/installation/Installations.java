package dev.alloy.installation;

import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.access.Organizations;
import dev.alloy.access.Project;
import dev.alloy.access.Projects;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.EntityTag;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.WrongState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ObjectNode;

/** The installations and the manifests they report. */
@Service
@Transactional
public class Installations {

    private final InstallationRepository installations;
    private final Manifests manifests;
    private final InstallationServers servers;
    private final Organizations organizations;
    private final Projects projects;
    private final DatabaseClock clock;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transaction;

    Installations(
            InstallationRepository installations,
            Manifests manifests,
            InstallationServers servers,
            Organizations organizations,
            Projects projects,
            DatabaseClock clock,
            AuditLog audit,
            ApplicationEventPublisher events,
            PlatformTransactionManager transactions) {
        this.installations = installations;
        this.manifests = manifests;
        this.servers = servers;
        this.organizations = organizations;
        this.projects = projects;
        this.clock = clock;
        this.audit = audit;
        this.events = events;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * An installation to create; exactly one of the two owners is given.
     *
     * @param manifest what it can do; null when that is not known yet
     */
    public record Description(
            @Nullable String organizationId,
            @Nullable String projectId,
            String name,
            ConnectionType connectionType,
            @Nullable ObjectNode manifest) {}

    /** Makes an installation. Refused: {@code unknown-reference}, {@code invalid-body}, {@code unsupported-schema-version}. */
    public Installation create(Caller caller, Description description) {
        String organization = owner(caller, description);
        Instant now = clock.now();
        var installation = new Installation(
                Ids.next("inst"),
                organization,
                description.projectId(),
                description.name(),
                description.connectionType(),
                caller.name(),
                now);
        StoredManifest manifest = description.manifest() == null
                ? null
                : StoredManifest.read(description.manifest(), "/capability_manifest");
        if (manifest != null) {
            installation.reported(manifest, now);
        }
        installations.add(installation);
        if (manifest != null) {
            manifests.keep(installation, manifest, caller.name());
        }
        audit.append(fact(caller, "installation.created", installation).digests(null, installation.manifestDigest()));
        return installation;
    }

    private String owner(Caller caller, Description description) {
        if (description.projectId() != null) {
            return projects.referenced(caller, description.projectId(), "/project_id")
                    .organizationId();
        }
        String organization = String.valueOf(description.organizationId());
        caller.requireWholeOrganization();
        organizations.requireReferenced(caller, organization);
        return organization;
    }

    /**
     * Takes a manifest that an installation reports; the same manifest again only renews when it was seen.
     *
     * @param ifMatch honoured where sent
     */
    @Transactional(propagation = Propagation.SUPPORTS)
    public Installation report(Caller caller, String id, @Nullable String ifMatch, ObjectNode document) {
        return take(caller, document, "", () -> {
            Installation installation = get(caller, id);
            refuseRetired(installation);
            Installation locked = lock(caller, installation);
            EntityTag.honour(ifMatch, tag(locked));
            refuseUnconfirmed(caller, locked, document);
            return locked;
        });
    }

    /** A runner that named an installation itself could otherwise say for all others what that Foundry can do. */
    private void refuseUnconfirmed(Caller caller, Installation installation, ObjectNode document) {
        if (caller.kind() == Caller.Kind.RUNNER
                && !servers.isConfirmed(caller.name(), installation)
                && !StoredManifest.read(document, "").digest().equals(installation.manifestDigest())) {
            throw ProblemType.AUTHORITY_MISSING.because(
                    "The runner named this installation itself when it registered, so it may only repeat the present manifest. Ask a person with manage_runners to confirm the installation: PATCH /api/runners/"
                            + caller.name()
                            + " with If-Match, and with " + installation.id()
                            + " added to the runner's confirmed_installation_ids.");
        }
    }

    /** Takes a manifest of an installation that serves the project; {@code unknown-reference} where it does not. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public Installation reportFor(Caller caller, String projectId, String installationId, ObjectNode document) {
        return take(caller, document, "/capability_manifest", () -> {
            Project project = projects.get(caller, projectId);
            Installation installation = referenced(caller, project, installationId, "/installation_id");
            refuseRetired(installation);
            return lock(caller, installation);
        });
    }

    private static void refuseRetired(Installation installation) {
        if (installation.isRetired()) {
            throw WrongState.refusal(
                    "The installation is retired; it can no longer report.",
                    "retired",
                    "Create a new installation with POST /api/foundry-installations, and report to that.");
        }
    }

    /** Reports come at the same time, from several runners; they are taken one after the other. */
    private Installation lock(Caller caller, Installation installation) {
        manifests.lock(installation);
        return installations.reread(caller, installation.id());
    }

    /**
     * A manifest of a version that is not read is refused, and that there was one is kept: in a transaction of its own,
     * after the one that the refusal ended, so no call ever holds two connections.
     */
    private Installation take(Caller caller, ObjectNode document, String at, Supplier<Installation> reporting) {
        AtomicReference<String> unreadable = new AtomicReference<>();
        try {
            return Objects.requireNonNull(transaction.execute(status -> {
                Installation installation = reporting.get();
                requireReach(caller, installation);
                unreadable.set(installation.id());
                keep(caller, installation, StoredManifest.read(document, at));
                return installation;
            }));
        } catch (ProblemException e) {
            String id = unreadable.get();
            if (id != null
                    && e.type() == ProblemType.UNSUPPORTED_SCHEMA_VERSION
                    && StoredManifest.isOfAnotherVersion(document)) {
                transaction.executeWithoutResult(status -> noteUnreadable(caller, id));
            }
            throw e;
        }
    }

    private void noteUnreadable(Caller caller, String id) {
        Installation installation = get(caller, id);
        installation.reportedUnreadable();
        audit.append(fact(caller, "installation.manifest_refused", installation));
    }

    private void keep(Caller caller, Installation installation, StoredManifest manifest) {
        String before = installation.manifestDigest();
        boolean wasUnreadable = installation.isIncompatible();
        manifests.keep(installation, manifest, caller.name());
        installation.reported(manifest, clock.now());
        if (wasUnreadable || !manifest.digest().equals(before)) {
            events.publishEvent(new InstallationChanged(installation));
        }
        if (!manifest.digest().equals(before)) {
            audit.append(
                    fact(caller, "installation.manifest_reported", installation).digests(before, manifest.digest()));
        }
    }

    /** Changes name or connection of an installation that is still at the version the caller knows. */
    public Installation change(
            Caller caller,
            String id,
            @Nullable String ifMatch,
            @Nullable String name,
            @Nullable ConnectionType connectionType) {
        Installation installation = get(caller, id);
        requireReach(caller, installation);
        EntityTag.require(ifMatch, tag(installation));
        if (name != null) {
            installation.rename(name);
        }
        if (connectionType != null && connectionType != installation.connectionType()) {
            installation.connectBy(connectionType);
            events.publishEvent(new InstallationChanged(installation));
        }
        audit.append(fact(caller, "installation.changed", installation));
        return installation;
    }

    /** Takes an installation out of use; doing so again changes nothing. */
    public void retire(Caller caller, String id) {
        Installation installation = get(caller, id);
        requireReach(caller, installation);
        if (!installation.isRetired()) {
            installation.retire();
            audit.append(fact(caller, "installation.retired", installation));
        }
    }

    /** What serves a whole organization is not changed by whom only some of its projects concern. */
    private static void requireReach(Caller caller, Installation installation) {
        if (installation.projectId() == null) {
            caller.requireWholeOrganization();
        }
    }

    /** The installation's entity tag. */
    public static String tag(Installation installation) {
        return EntityTag.of(installation.id(), installation.version());
    }

    /** The installation if it is within the caller's reach, which of a runner are those it serves; else {@code not-found}. */
    @Transactional(readOnly = true)
    public Installation get(Caller caller, String id) {
        Installation installation = installations
                .find(caller, id)
                .orElseThrow(() -> ProblemType.NOT_FOUND.because("No such installation."));
        if (caller.kind() == Caller.Kind.RUNNER && !servers.serves(caller.name(), installation)) {
            throw ProblemType.NOT_FOUND.because("No such installation.");
        }
        return installation;
    }

    /** The installations within the caller's reach. */
    @Transactional(readOnly = true)
    public Page<Installation> list(Caller caller, PageQuery page) {
        return installations.list(caller, page, Map.of());
    }

    /** What a project can target: its own installations and its organization's, in use. */
    @Transactional(readOnly = true)
    public List<Installation> targetsOf(Caller caller, String projectId) {
        Project project = projects.get(caller, projectId);
        return installations.all(caller, Map.of("organizationId", project.organizationId())).stream()
                .filter(installation -> installation.serves(project.organizationId(), projectId))
                .filter(installation -> !installation.isRetired())
                .toList();
    }

    /** A page of {@link #targetsOf}, newest first. */
    @Transactional(readOnly = true)
    public Page<Installation> targetsOf(Caller caller, String projectId, PageQuery page) {
        Project project = projects.get(caller, projectId);
        return installations.list(
                caller,
                page,
                Map.of(
                        "organizationId",
                        project.organizationId(),
                        "projectId",
                        new Filter.OrNone(projectId),
                        "status",
                        new Filter.In(InstallationStatus.inUse())));
    }

    /** The manifests an installation ever reported, newest first. */
    @Transactional(readOnly = true)
    public Page<StoredManifest> history(Caller caller, String id, PageQuery page) {
        return manifests.history(get(caller, id), page);
    }

    /** A manifest of an installation by its digest. */
    @Transactional(readOnly = true)
    public Optional<StoredManifest> manifest(Installation installation, String digest) {
        return manifests.find(installation, digest);
    }

    /** The installation that a body names; {@code unknown-reference} unless it serves the project. */
    @Transactional(readOnly = true)
    public Installation referenced(Caller caller, Project project, String id, String pointer) {
        return installations
                .find(caller, id)
                .filter(installation -> installation.serves(project.organizationId(), project.id()))
                .orElseThrow(() -> ProblemType.UNKNOWN_REFERENCE
                        .because("There is no such installation for this project.")
                        .at(pointer, "unknown-reference", "No installation of this id serves the project."));
    }

    /** Refuses with {@code unknown-reference} a body that names installations which are not of this organization. */
    @Transactional(readOnly = true)
    public void requireReferenced(Caller caller, String organizationId, List<String> ids, String pointer) {
        for (int i = 0; i < ids.size(); i++) {
            boolean known = installations
                    .find(caller, ids.get(i))
                    .filter(installation -> installation.organizationId().equals(organizationId))
                    .isPresent();
            if (!known) {
                throw ProblemType.UNKNOWN_REFERENCE
                        .because("There is no such installation in this organization.")
                        .at(pointer + "/" + i, "unknown-reference", "No installation of this id is within reach.");
            }
        }
    }

    private static AuditFact fact(Caller caller, String type, Installation installation) {
        return AuditFact.of(
                caller.actor(),
                type,
                installation.organizationId(),
                installation.projectId(),
                "foundry_installation",
                installation.id());
    }
}
