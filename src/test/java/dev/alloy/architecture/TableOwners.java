package dev.alloy.architecture;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.modulith.ApplicationModule;

/**
 * The owners of tables, views and functions: each belongs to the module whose migration makes it. Only the owner writes a table, and only
 * modules that may depend on the owner read it, wherever the SQL stands.
 */
final class TableOwners {

    static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");

    /** Its functions are for all modules; see docs/adr/0028. */
    private static final String FOUNDATION = "database";

    private static final String UNKNOWN = SqlInSources.UNKNOWN;
    private static final String NAME = "(?:public\\.)?(\\w+|" + UNKNOWN + ")";
    private static final Pattern FILE = Pattern.compile("V\\d+__(\\w+)\\.sql");
    private static final Pattern HOME = Pattern.compile("dev\\.(?:alloy|planted\\.tables)\\.(\\w+).*");

    private static final Pattern CREATES = Pattern.compile("create (?:or replace )?(table|view|function) " + NAME);
    private static final Pattern COLUMN =
            Pattern.compile("[(,] ?(\\w+) (?:text|integer|bigint|boolean|bytea|jsonb?|timestamptz|date)\\b");

    private static final List<Pattern> WRITES = Stream.of(
                    "insert into " + NAME,
                    "merge into (?:only )?" + NAME,
                    "update (?:only )?" + NAME + "(?: as)?(?: \\w+)? set",
                    "delete from (?:only )?" + NAME,
                    "truncate (?:table )?(?:only )?" + NAME + "(?:, " + NAME + ")*",
                    "copy " + NAME + "(?: \\([^)]*\\))? from",
                    "alter table (?:if exists )?(?:only )?" + NAME
                            + "(?! add (?:constraint \\w+ )?foreign key \\([^)]*\\) references \\w+(?: \\([^)]*\\))?$)",
                    "drop (?:table|view) (?:if exists )?" + NAME,
                    "create (?:unique )?index (?:\\w+ )?on (?:only )?" + NAME)
            .map(pattern -> Pattern.compile("\\b" + pattern))
            .toList();

    private static final List<Pattern> READS = Stream.of(
                    "(?:from|join|using|references|lock table|alter table) (?:only )?" + NAME,
                    "create (?:constraint )?trigger .* on " + NAME + " (?:deferrable|for each|from|referencing)",
                    // What follows a comma is a table, or a column that is named as one.
                    ", ?(?:lateral )?(?:only )?" + NAME + "(?! ?[.(])")
            .map(pattern -> Pattern.compile("(?:\\b|(?=,))" + pattern))
            .toList();

    private static final Pattern CALLS = Pattern.compile("(?<![.:\\w])(?:public\\.)?(\\w+) ?\\(");

    /** Those of this service. */
    static final TableOwners OURS = in(MIGRATIONS);

    private final Map<String, String> relations = new HashMap<>();
    private final Map<String, String> functions = new HashMap<>();
    private final Set<String> columns = new HashSet<>();
    private final List<Step> steps = new ArrayList<>();

    /** A statement of a migration. */
    private record Step(String module, String file, String text) {}

    private TableOwners() {}

    /** Reads the migrations of a directory: {@code V<number>__<module>.sql}. */
    static TableOwners in(Path directory) {
        var owners = new TableOwners();
        SqlInSources.files(directory, ".sql").forEach(owners::add);
        return owners;
    }

    /** These owners, and the statements and tables of more migrations. */
    TableOwners and(Path directory) {
        TableOwners both = in(directory);
        relations.forEach(both.relations::putIfAbsent);
        functions.forEach(both.functions::putIfAbsent);
        both.columns.addAll(columns);
        return both;
    }

    private void add(Path migration) {
        String file = migration.getFileName().toString();
        Matcher named = FILE.matcher(file);
        if (!named.matches()) {
            throw new IllegalArgumentException(file + " is not named V<number>__<module>.sql");
        }
        String module = named.group(1);
        for (String text : statements(SqlInSources.read(migration))) {
            steps.add(new Step(module, file, text));
            Matcher made = CREATES.matcher(text);
            if (made.lookingAt()) {
                var kind = made.group(1).equals("function") ? functions : relations;
                String before = kind.put(made.group(2), module);
                if (before != null && !before.equals(module)) {
                    throw new IllegalArgumentException(
                            file + " makes " + made.group(2) + ", which " + before + " makes");
                }
            }
            if (text.startsWith("create table")) {
                COLUMN.matcher(text).results().forEach(column -> columns.add(column.group(1)));
            }
        }
    }

    /** Semicolons in the body of a function end nothing. */
    private static List<String> statements(String migration) {
        var found = new ArrayList<String>();
        var statement = new StringBuilder();
        String[] parts = migration.replaceAll("--.*", "").split("\\$\\$", -1);
        for (int part = 0; part < parts.length; part++) {
            if (part % 2 == 1) {
                statement.append(" ").append(parts[part]).append(" ");
                continue;
            }
            String[] pieces = parts[part].split(";", -1);
            for (int piece = 0; piece < pieces.length; piece++) {
                statement.append(pieces[piece]);
                if (piece < pieces.length - 1) {
                    found.add(SqlInSources.plain(statement.toString()));
                    statement.setLength(0);
                }
            }
        }
        return found.stream().filter(text -> !text.isEmpty()).toList();
    }

    /** The modules that have a migration. */
    Set<String> modules() {
        return steps.stream().map(Step::module).collect(Collectors.toSet());
    }

    /** The owner of a table or view; none of one that no migration makes. */
    String ownerOf(String table) {
        return relations.getOrDefault(table, "none");
    }

    /** The module that a package lies in. */
    static String moduleOf(String home) {
        Matcher inside = HOME.matcher(home);
        return inside.matches() ? inside.group(1) : home;
    }

    boolean isNamedBy(String text) {
        return !written(text).isEmpty() || !used(text).isEmpty();
    }

    /** What the migrations do to tables of others, each as {@code file: breach}. */
    List<String> breachesOfMigrations() {
        return steps.stream()
                .flatMap(step -> breaches(step.module(), step.text()).map(breach -> step.file() + ": " + breach))
                .distinct()
                .toList();
    }

    /** What a module's statement does to tables of others. */
    Stream<String> breaches(String module, String text) {
        Stream<String> writes = written(text).stream()
                .filter(table -> !ownerOf(table).equals(module))
                .map(table -> module + " writes " + table + " of " + ownerOf(table));
        Stream<String> reads = used(text).stream()
                .filter(name -> !mayUse(module, name))
                .map(name -> module + " reads " + name + " of " + owner(name));
        return Stream.concat(writes, reads);
    }

    private boolean mayUse(String module, String name) {
        String owner = owner(name);
        return owner.equals(module)
                || (owner.equals(FOUNDATION) && functions.containsKey(name))
                || dependenciesOf(module).contains(owner);
    }

    private String owner(String name) {
        return relations.containsKey(name) ? ownerOf(name) : functions.getOrDefault(name, "none");
    }

    private static Set<String> dependenciesOf(String module) {
        try {
            var declared =
                    Class.forName("dev.alloy." + module + ".package-info").getAnnotation(ApplicationModule.class);
            return Arrays.stream(declared.allowedDependencies())
                    .map(dependency -> dependency.replaceAll(" ?::.*", ""))
                    .collect(Collectors.toSet());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(module + " is no module", e);
        }
    }

    /** Tables that the statement writes, and {@value SqlInSources#UNKNOWN} for one that only running it would tell. */
    private Set<String> written(String text) {
        return WRITES.stream()
                .flatMap(pattern -> pattern.matcher(text).results())
                .flatMap(match -> Stream.iterate(1, group -> group <= match.groupCount(), group -> group + 1)
                        .map(match::group))
                .filter(name -> name != null && (relations.containsKey(name) || name.equals(UNKNOWN)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Tables and views that the statement reads or refers to, and functions that it calls. */
    private Set<String> used(String text) {
        var found = new LinkedHashSet<String>();
        for (Pattern pattern : READS) {
            pattern.matcher(text)
                    .results()
                    .filter(match -> relations.containsKey(match.group(1)))
                    .filter(match -> !match.group().startsWith(",") || isTable(text, match.group(1), match.end()))
                    .forEach(match -> found.add(match.group(1)));
        }
        CALLS.matcher(text)
                .results()
                .map(match -> match.group(1))
                .filter(functions::containsKey)
                .forEach(found::add);
        return found;
    }

    /** A column that is named as a table is taken for the table only where an alias follows. */
    private boolean isTable(String text, String name, int end) {
        return !columns.contains(name)
                || text.substring(end).matches(" (?:as )?(?!from\\b|is\\b|as\\b|and\\b|or\\b)\\w+.*");
    }
}
