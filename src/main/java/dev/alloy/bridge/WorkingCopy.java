package dev.alloy.bridge;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Prepares the clone that Foundry works in. It checks out the approved revision on the run's branch, adds the brief's
 * files hidden from commits, observes the copy before and after, and leaves it as it was found. Source: foundry.md,
 * “Files”.
 */
final class WorkingCopy {

    private static final String MARK = "# written by the Alloy bridge, for one run";
    private static final String BRANCHES = "refs/heads/";
    private static final Pattern REVISION = Pattern.compile("[0-9a-f]{4,64}");

    private final Path path;
    private final Git git;
    private final AlloyFiles files;

    private WorkingCopy(Path path) {
        this.path = path;
        this.git = new Git(path);
        this.files = new AlloyFiles(path);
    }

    /** A working copy whose path was found to be good before. */
    static WorkingCopy at(Path path) {
        return new WorkingCopy(path);
    }

    /**
     * The project's working copy. Refused: a path that is not below the directory that was given to the bridge, that is
     * no root of a clone, or that Foundry passes over.
     *
     * @param project as Foundry's registry has it
     * @param workdir below which all working copies are
     */
    static WorkingCopy of(FoundryRegistry.Project project, Path workdir) {
        if (project.skipped()) {
            throw ExecutionRefused.dispatch(
                    "project-skipped", "Foundry's registry says to skip the project " + project.name() + ".");
        }
        try {
            Path real = project.path().toRealPath();
            if (!project.path().isAbsolute() || !real.startsWith(workdir.toRealPath())) {
                throw ExecutionRefused.dispatch(
                        "path-outside-workdir",
                        "Foundry's registry names " + project.path() + " for " + project.name()
                                + ", which is not below " + workdir
                                + ". Make a clone for the bridge there, name it in the registry and restart foundryd.");
            }
            var copy = new WorkingCopy(real);
            if (copy.git
                    .ask("rev-parse", "--show-toplevel")
                    .filter(top -> sameFile(Path.of(top), real))
                    .isEmpty()) {
                throw ExecutionRefused.dispatch("no-clone", real + " is not the root of a Git working copy.");
            }
            return copy;
        } catch (IOException e) {
            throw ExecutionRefused.dispatch(
                    "path-missing",
                    "The path " + project.path() + " that Foundry's registry names for " + project.name()
                            + " is not there.");
        }
    }

    /** Whether the registry names a path below the directory that was given to the bridge; one that is not there may be. */
    static boolean isBelow(FoundryRegistry.Project project, Path workdir) {
        try {
            Path directory = workdir.toRealPath();
            Path path = project.path();
            return (Files.exists(path)
                            ? path.toRealPath()
                            : path.toAbsolutePath().normalize())
                    .startsWith(directory);
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * Who commits here; empty if no name is configured.
     *
     * @param own whether only the clone's own configuration counts, which is everybody's who commits in it
     */
    Optional<String> identity(boolean own) {
        String scope = own ? "--local" : "--includes";
        Optional<String> name = git.plain().ask("config", scope, "--get", "user.name");
        Optional<String> email = git.plain().ask("config", scope, "--get", "user.email");
        return name.flatMap(who -> email.map(address -> who + " <" + address + ">"));
    }

    private static boolean sameFile(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    /** Git's own directory of this working copy. */
    Path gitDirectory() {
        return path.resolve(git.tell("rev-parse", "--absolute-git-dir"));
    }

    String head() {
        return git.tell("rev-parse", "--verify", "HEAD^{commit}");
    }

    /** The branch that is checked out, or the revision where none is. */
    String position() {
        return git.ask("symbolic-ref", "--quiet", "HEAD").orElseGet(this::head);
    }

    /** What can be seen of it now. What cannot be read is left out. */
    WorkingCopySnapshot look() {
        boolean hides = hidesOthersFiles();
        return new WorkingCopySnapshot(
                git.ask("rev-parse", "--verify", "HEAD^{commit}").orElse(null),
                git.ask("rev-parse", "--verify", "HEAD^{commit}")
                        .flatMap(head -> git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
                                .or(() -> Optional.of("HEAD")))
                        .orElse(null),
                tree(hides).orElse(null),
                git.ask("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames")
                        .map(seen -> seen.isEmpty() && !hides)
                        .orElse(null));
    }

    /** Whether Git was told to look away from more than the gate file, from which the bridge itself told it to. */
    private boolean hidesOthersFiles() {
        try {
            return hidden().stream().anyMatch(file -> !file.equals(GateFile.NAME));
        } catch (ExecutionRefused e) {
            return false;
        }
    }

    /** All refs, by name, with what they name: branches, tags, the stash. Empty where they cannot be read. */
    Map<String, String> refs() {
        Map<String, String> refs = new TreeMap<>();
        git.ask("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags", "refs/stash")
                .ifPresent(all -> all.lines().forEach(line -> {
                    int space = line.indexOf(' ');
                    refs.put(line.substring(space + 1), line.substring(0, space));
                }));
        return refs;
    }

    /**
     * The tree of all files as they lie here, committed or not, without the bridge's own and with the gate file as HEAD
     * has it: what Git would write for a commit of everything. Made in an index of its own; empty where it cannot be.
     *
     * @param afresh whether to trust nothing that the copy's own index says of files
     */
    private Optional<String> tree(boolean afresh) {
        Path index = null;
        try {
            index = Files.createTempFile("alloy-index-", "");
            Path own = path.resolve(git.tell("rev-parse", "--git-path", "index"));
            if (Files.exists(own) && !afresh) {
                // What Git knows of unchanged files saves reading them all.
                Files.copy(own, index, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.delete(index);
            }
            Git aside = git.withIndex(index);
            aside.tell("read-tree", "--reset", "HEAD");
            aside.tell("add", "--all");
            // Whatever was staged of them, they are as HEAD has them.
            aside.tell("reset", "--quiet", "HEAD", "--", AlloyFiles.DIRECTORY, GateFile.NAME);
            return Optional.of(aside.tell("write-tree"));
        } catch (IOException | ExecutionRefused e) {
            return Optional.empty();
        } finally {
            delete(index);
        }
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // An empty file among those that are temporary anyway.
            file.toFile().deleteOnExit();
        }
    }

    /** What a commit of everything would contain: paths, the first few. */
    List<String> changes() {
        return git.list("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames").stream()
                .map(line -> line.length() > 3 ? line.substring(3) : line)
                .limit(100_000)
                .toList();
    }

    /** What is not committed here, as a sentence for people; empty where nothing is, so a run may begin. */
    Optional<String> obstacle() {
        List<String> changes = changes();
        if (!changes.isEmpty()) {
            return Optional.of(path + " has changes that are not committed: "
                    + String.join(", ", changes.subList(0, Math.min(3, changes.size())))
                    + (changes.size() > 3 ? ", …" : ""));
        }
        // A file that Git was told to look away from may hold anything, and would not be the revision that was
        // approved.
        return hidden().stream()
                .findFirst()
                .map(file -> path + " hides changes of " + file + " from Git (skip-worktree or assume-unchanged)");
    }

    /** The files that Git was told to look away from. */
    private List<String> hidden() {
        return git.list("ls-files", "-v", "-z").stream()
                .filter(line -> line.startsWith("S ") || Character.isLowerCase(line.charAt(0)))
                .map(line -> line.substring(2))
                .toList();
    }

    /**
     * Checks out the approved revision: for a run that may change code on its branch, which moves forward only where it
     * is there already; for one that only reads without a branch, so none stays behind.
     *
     * @return the complete revision
     */
    String checkOut(ExecutionRequest request) {
        String revision = resolve(request.revision());
        String branch = request.branch();
        if (branch.startsWith("-")
                || git.ask("check-ref-format", "--branch", branch).isEmpty()) {
            throw ExecutionRefused.safety("branch-not-allowed", "The request names a branch that Git does not allow.");
        }
        if (!request.isMutating()) {
            git.tell("switch", "--quiet", "--detach", revision);
            return requireHead(request, revision);
        }
        Optional<String> tip = git.ask("rev-parse", "--verify", "--quiet", "refs/heads/" + branch + "^{commit}");
        if (tip.isEmpty()) {
            git.tell("switch", "--quiet", "--no-track", "--create", branch, revision);
        } else if (git.ask("merge-base", "--is-ancestor", tip.get(), revision).isPresent()) {
            git.tell("switch", "--quiet", branch);
            git.tell("merge", "--quiet", "--ff-only", revision);
        } else {
            throw ExecutionRefused.dispatch(
                    "branch-elsewhere",
                    "The branch " + branch + " stands at " + tip.get() + " in " + path
                            + ", which does not lead to the approved " + revision
                            + ". Approve that revision, or have the branch moved.");
        }
        return requireHead(request, revision);
    }

    private String requireHead(ExecutionRequest request, String revision) {
        String head = head();
        if (!head.equals(revision) || !head.startsWith(request.revision())) {
            throw ExecutionRefused.dispatch(
                    "working-copy-unusable", "HEAD is " + head + " after checking out " + revision + ".");
        }
        return head;
    }

    private String resolve(String revision) {
        if (!REVISION.matcher(revision).matches()) {
            throw ExecutionRefused.safety("revision-not-allowed", "The request names an invalid revision.");
        }
        Optional<String> known = git.ask("rev-parse", "--verify", "--quiet", revision + "^{commit}");
        if (known.isEmpty()) {
            git.ask("fetch", "--quiet", "--no-recurse-submodules", "--all");
            known = git.ask("rev-parse", "--verify", "--quiet", revision + "^{commit}");
        }
        return known.orElseThrow(() -> ExecutionRefused.dispatch(
                "revision-unknown",
                "The revision " + revision + " is not in " + path
                        + ", and fetching did not bring it. Fetch it there by hand."));
    }

    /** The gate file's bytes; null where there is none. */
    byte @Nullable [] gateFile() {
        Path file = path.resolve(GateFile.NAME);
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return null;
            }
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw ExecutionRefused.safety(
                        "gate-file-no-file", GateFile.NAME + " is a link or a directory, not a file.");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw ExecutionRefused.dispatch("gate-file-unreadable", GateFile.NAME + " cannot be read: " + e);
        }
    }

    /** What materializing will do with the gate file. Refused where a file is in the way that the repository does not have. */
    GateFile.Handling handling(byte @Nullable [] gates) {
        if (gates == null) {
            return GateFile.Handling.NONE;
        }
        if (isGateFileTracked()) {
            return GateFile.Handling.HIDDEN;
        }
        if (Files.exists(path.resolve(GateFile.NAME), LinkOption.NOFOLLOW_LINKS)) {
            throw ExecutionRefused.dispatch(
                    "gate-file-not-kept",
                    path.resolve(GateFile.NAME) + " exists but is not committed; commit or remove it.");
        }
        return GateFile.Handling.MADE;
    }

    /**
     * Puts the files of the brief and the merged gate file there, after Git was told to look away; refused where it
     * would still see them.
     *
     * @param gates the merged gate file; null to leave it as it is
     * @param handling of the gate file, as it is in the journal
     */
    void materialize(Map<String, byte[]> tree, byte @Nullable [] gates, GateFile.Handling handling) {
        exclude(
                handling == GateFile.Handling.MADE
                        ? List.of("/" + AlloyFiles.DIRECTORY + "/", "/" + GateFile.NAME)
                        : List.of("/" + AlloyFiles.DIRECTORY + "/"));
        files.write(tree);
        if (gates != null) {
            if (handling == GateFile.Handling.HIDDEN) {
                git.tell("update-index", "--skip-worktree", "--", GateFile.NAME);
            }
            try {
                Files.write(path.resolve(GateFile.NAME), gates);
            } catch (IOException e) {
                throw ExecutionRefused.dispatch("working-copy-unusable", GateFile.NAME + " cannot be written: " + e);
            }
        }
        List<String> seen = changes();
        if (!seen.isEmpty()) {
            throw ExecutionRefused.safety(
                    "files-not-hidden",
                    "A commit would carry " + seen.get(0)
                            + ": the repository's own .gitignore does not let the bridge hide its files.");
        }
    }

    /** Refused where the run's files would mix with the repository's own, or lead elsewhere. */
    void requireRoom() {
        if (files.isThere()
                || !git.list("ls-files", "-z", "--", AlloyFiles.DIRECTORY).isEmpty()) {
            throw ExecutionRefused.safety(
                    "path-not-allowed",
                    "There is a " + AlloyFiles.DIRECTORY
                            + " in the repository already, where the files of a run are put; nothing was written.");
        }
    }

    private boolean isGateFileTracked() {
        return !git.list("ls-files", "-z", "--", GateFile.NAME).isEmpty();
    }

    private void exclude(List<String> patterns) {
        Path file = path.resolve(git.tell("rev-parse", "--git-path", "info/exclude"));
        try {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw ExecutionRefused.safety("exclude-no-file", file + " is a link, or not a regular file.");
            }
            String others = withoutOurs(file);
            String ours = patterns.isEmpty() ? "" : MARK + "\n" + String.join("\n", patterns) + "\n" + MARK + "\n";
            Files.createDirectories(file.getParent());
            Path draft = file.resolveSibling("exclude.alloy");
            Files.write(draft, (others + ours).getBytes(StandardCharsets.UTF_8));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw ExecutionRefused.dispatch("working-copy-unusable", file + " cannot be written: " + e);
        }
    }

    private static String withoutOurs(Path file) throws IOException {
        if (Files.notExists(file)) {
            return "";
        }
        String text = Files.readString(file);
        int from = text.indexOf(MARK);
        int to = text.lastIndexOf(MARK);
        if (from < 0) {
            return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
        }
        String behind = text.substring(to + MARK.length());
        return text.substring(0, from) + (behind.startsWith("\n") ? behind.substring(1) : behind);
    }

    /** The commits on top of a revision, oldest first. */
    List<String> commitsSince(String revision) {
        return git.ask("rev-list", "--reverse", "--max-count=1000", revision + "..HEAD").stream()
                .flatMap(String::lines)
                .toList();
    }

    /** The files that differ from a revision, committed or not; those of the bridge are not among them. */
    List<String> filesSince(String revision) {
        List<String> committed =
                git.list("diff", "--name-only", "--no-ext-diff", "--no-textconv", "-z", revision, "HEAD");
        return Stream.concat(committed.stream(), changes().stream())
                .distinct()
                .sorted()
                .limit(10_000)
                .toList();
    }

    /**
     * Looks at what a run left here, once, and then leaves the working copy: what was seen is on the disk before
     * anything is undone.
     *
     * @param keep whether to leave changes where they are: when Foundry may still be at work
     */
    void settle(JournaledAttempt attempt, boolean keep) {
        if (!attempt.isTouched()) {
            return;
        }
        if (!attempt.hasLookedAfter()) {
            WorkingCopySnapshot look = look();
            attempt.lookedAfter(
                    look,
                    attempt.head().isEmpty() ? List.of() : commitsSince(attempt.head()),
                    attempt.head().isEmpty() ? List.of() : filesSince(attempt.head()),
                    GateFile.digest(gateFile()),
                    otherRefs(attempt));
            attempt.reach(attempt.stage());
        }
        leave(attempt, keep);
    }

    /** The refs that are new or moved during the run, but for its own branch. */
    private List<String> otherRefs(JournaledAttempt attempt) {
        Map<String, String> before = attempt.refsBefore();
        String own = BRANCHES + attempt.request().branch();
        return refs().entrySet().stream()
                .filter(ref -> !ref.getKey().equals(own) && !ref.getValue().equals(before.get(ref.getKey())))
                .map(Map.Entry::getKey)
                .limit(100)
                .toList();
    }

    /**
     * Leaves it as it was found. What is neither committed nor of the bridge goes to Git's stash under the run's name,
     * so nothing is lost and the next run can begin. Does nothing where the attempt has put nothing there.
     *
     * @param keep whether to leave changes where they are: when Foundry may still be at work
     */
    void leave(JournaledAttempt attempt, boolean keep) {
        if (!attempt.isTouched()) {
            return;
        }
        List<Step> steps = new ArrayList<>(
                List.of(files::remove, () -> restoreGateFile(attempt.gateFile()), () -> exclude(List.of())));
        if (!keep) {
            steps.add(this::showHidden);
            steps.add(() -> stash(attempt));
            steps.add(() -> goBack(attempt.position()));
        }
        Exception first = null;
        for (Step step : steps) {
            try {
                step.make();
            } catch (IOException | ExecutionRefused e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw ExecutionRefused.dispatch("working-copy-unusable", path + " changed: " + first.getMessage());
        }
        if (keep) {
            attempt.stashed(stashOfLater(attempt));
        } else {
            attempt.touched(false);
        }
        attempt.reach(attempt.stage());
    }

    private static String stashOf(JournaledAttempt attempt) {
        return "left behind by " + attempt.id();
    }

    private static String stashOfLater(JournaledAttempt attempt) {
        return stashOf(attempt) + " (made when Foundry has stopped, if anything is uncommitted then)";
    }

    /**
     * What a run of unknown outcome leaves here: its branch, if it may change code, and the stash for what is
     * uncommitted.
     *
     * @param atWork whether Foundry may still be at work
     */
    ObjectNode leftBehind(JournaledAttempt attempt, boolean atWork) {
        ObjectNode left = JsonNodeFactory.instance.objectNode();
        String branch = attempt.request().branch();
        if (attempt.request().isMutating() && isThere(branch)) {
            left.put("branch", branch);
        }
        if (atWork) {
            left.put("stash", stashOfLater(attempt));
        } else if (!changes().isEmpty()) {
            left.put("stash", stashOf(attempt));
        }
        return left;
    }

    private boolean isThere(String branch) {
        return git.ask("rev-parse", "--verify", "--quiet", BRANCHES + branch).isPresent();
    }

    /** One of several things to undo, each of which is tried whatever becomes of the others. */
    private interface Step {
        void make() throws IOException;
    }

    /** Files hidden from Git are shown again, so it is stashed with the rest. */
    private void showHidden() {
        for (String file : hidden()) {
            git.tell("update-index", "--no-assume-unchanged", "--no-skip-worktree", "--", file);
        }
    }

    private void stash(JournaledAttempt attempt) {
        if (!changes().isEmpty()) {
            String message = stashOf(attempt);
            // Written down first: the next start after a crash finds the changes either here or there.
            attempt.stashed(message);
            attempt.reach(attempt.stage());
            git.tell("stash", "push", "--quiet", "--include-untracked", "--message", message);
        }
    }

    private void goBack(String position) {
        String branch = position.startsWith(BRANCHES) ? position.substring(BRANCHES.length()) : "";
        if (!branch.isEmpty()
                && git.ask("rev-parse", "--verify", "--quiet", position).isPresent()) {
            git.tell("switch", "--quiet", branch);
        } else {
            git.tell("switch", "--quiet", "--detach", position);
        }
    }

    private void restoreGateFile(GateFile.Handling handling) throws IOException {
        switch (handling) {
            case HIDDEN -> {
                git.tell("update-index", "--no-skip-worktree", "--", GateFile.NAME);
                git.tell("checkout", "--quiet", "HEAD", "--", GateFile.NAME);
            }
            case MADE -> {
                if (!isGateFileTracked()) {
                    Files.deleteIfExists(path.resolve(GateFile.NAME));
                }
            }
            case NONE -> {
                // It is not ours.
            }
        }
    }

    /** Takes the working copy for this process; refused while another bridge has it. To be closed. */
    AutoCloseable take() {
        try {
            FileChannel file = FileChannel.open(
                    gitDirectory().resolve("alloy-bridge.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isTaken(file)) {
                file.close();
                throw ExecutionRefused.dispatch("working-copy-in-use", "Another bridge works in " + path + ".");
            }
            return file;
        } catch (IOException e) {
            throw ExecutionRefused.dispatch("working-copy-unusable", path + " cannot be locked: " + e);
        }
    }

    private static boolean isTaken(FileChannel file) throws IOException {
        try {
            return file.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }
}
