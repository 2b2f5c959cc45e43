package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The place of a run is absolute, without a way out of it, at a revision and on a branch that Git can have. */
final class RepoRules implements IntentCheck {

    private static final Pattern REVISION = Pattern.compile("[0-9a-f]{4,64}");
    private static final Pattern BRANCH = Pattern.compile("[A-Za-z0-9._/+@#=-]{1,200}");
    private static final Pattern NO_REF_NAME =
            Pattern.compile("^[-/.]|^refs/|^HEAD$|//|\\.\\.|/\\.|\\./|@\\{|\\.lock(/|$)|[/.]$|^@$");
    private static final int MAX_PATH_LENGTH = 1_000;

    @Override
    public void check(UncheckedIntent candidate, Consumer<Finding> findings) {
        JsonNode repo = candidate.repo();
        if (repo.path("path").isString()) {
            path(repo.path("path").stringValue(), findings);
        }
        JsonNode revision = repo.path("revision");
        if (revision.isString() && !REVISION.matcher(revision.stringValue()).matches()) {
            findings.accept(new Finding(
                    "/repo/revision", "wrong-format", "A revision is 4 to 64 lower-case hexadecimal digits."));
        }
        JsonNode branch = repo.path("branch");
        if (branch.isString() && !isBranch(branch.stringValue())) {
            findings.accept(
                    new Finding("/repo/branch", "wrong-format", "A branch is a Git branch name without refs/heads/."));
        }
    }

    private static boolean isBranch(String name) {
        return BRANCH.matcher(name).matches() && !NO_REF_NAME.matcher(name).find();
    }

    private static void path(String path, Consumer<Finding> findings) {
        if (!path.startsWith("/") || path.matches("[/.]+") && !path.contains("..")) {
            findings.accept(new Finding(
                    "/repo/path", "path-not-absolute", "The path must be absolute and name a folder below the root."));
        }
        if (List.of(path.split("[/\\\\]", -1)).contains("..")) {
            findings.accept(new Finding("/repo/path", "path-traversal", "The path must not hold a .. segment."));
        }
        if (path.length() > MAX_PATH_LENGTH) {
            findings.accept(new Finding(
                    "/repo/path", "too-long", "The text must have at most " + MAX_PATH_LENGTH + " characters."));
        }
        if (path.codePoints().anyMatch(InvisibleCharacters::is)) {
            findings.accept(new Finding(
                    "/repo/path", "wrong-format", "The path must not hold line breaks or invisible characters."));
        }
    }
}
