package dev.alloy.architecture;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.PackageTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The SQL in source code. Byte code does not tell which strings belong together, so this reads the sources: every string that is
 * used somewhere, with constants and variables put in where they are used and {@value #UNKNOWN} where only running it would tell.
 */
final class SqlInSources {

    static final String UNKNOWN = "…";
    private static final String UNREADABLE = "cannot be read off the source: ";

    private final List<Statement> statements = new ArrayList<>();

    private SqlInSources() {}

    /**
     * A string that says something to a table, or one handed to {@code sql(…)} that nobody can read off the source.
     *
     * @param home name of the package it stands in
     * @param type simple name of the class it stands in
     * @param method name of the method it stands in
     * @param text the statement, with single spaces
     */
    record Statement(String home, String type, String method, String text) {

        private static final Pattern NAMED = Pattern.compile("\\b(owning_)?organization_id\\b");
        private static final Pattern CONDITIONS = Pattern.compile("\\b(where|on|using)\\b.*");

        private static final String TENANTS = "(" + String.join("|", tenantTables()) + ")\\b";
        private static final String RUNS = "(?:foundry_run_requests\\b|" + UNKNOWN + ")";
        private static final Pattern PUTS_A_RUN = Pattern.compile("\\b(?:insert|merge) into (?:only )?" + RUNS);
        private static final Pattern CHANGES_A_RUN =
                Pattern.compile("\\bupdate (?:only )?" + RUNS + "(?: as)?(?: \\w+)? set (.*?)(?: where |$)");
        private static final Pattern STATE = Pattern.compile("\\bstatus\\b|" + UNKNOWN);
        private static final Pattern INSERTS = Pattern.compile("\\binsert into " + TENANTS);
        private static final Pattern READS_OR_CHANGES = Pattern.compile("(\\b(from|join|update|using) |, ?)" + TENANTS);

        String place() {
            return type + "." + method;
        }

        boolean isUnreadable() {
            return text.startsWith(UNREADABLE);
        }

        boolean isOnTenants() {
            return INSERTS.matcher(text).find()
                    || READS_OR_CHANGES.matcher(text).find();
        }

        /** An insert has to give the organization; everything else has to ask for it, and selecting it is not asking. */
        boolean leavesTheOrganizationOut() {
            var conditions = CONDITIONS.matcher(text);
            boolean asked =
                    conditions.find() && NAMED.matcher(conditions.group()).find();
            return isUnreadable()
                    || (INSERTS.matcher(text).find() && !NAMED.matcher(text).find())
                    || (READS_OR_CHANGES.matcher(text).find() && !asked);
        }

        /** Puts a run into a state, or may: by a table or an assignment that only running it would tell. */
        boolean writesTheStateOfARun() {
            return PUTS_A_RUN.matcher(text).find()
                    || CHANGES_A_RUN.matcher(text).results().anyMatch(change -> STATE.matcher(change.group(1))
                            .find());
        }

        private static List<String> tenantTables() {
            Pattern table = Pattern.compile("create table (\\w+) \\((.*?)\\n\\)", Pattern.DOTALL);
            return files(TableOwners.MIGRATIONS, ".sql").stream()
                    .map(SqlInSources::read)
                    .flatMap(migration -> table.matcher(migration).results())
                    .filter(found -> NAMED.matcher(found.group(2)).find())
                    .map(found -> found.group(1))
                    .toList();
        }
    }

    static SqlInSources under(Path directory) {
        var found = new SqlInSources();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var task = (JavacTask) compiler.getTask(
                    null, files, null, null, null, files.getJavaFileObjectsFromPaths(files(directory, ".java")));
            var sources = new ArrayList<CompilationUnitTree>();
            task.parse().forEach(sources::add);
            var constants = new Strings();
            sources.forEach(source -> constants.scan(source, null));
            sources.forEach(source -> found.new Uses(constants).scan(source, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    List<Statement> statements() {
        return statements;
    }

    /** What variables and constants are initialized with, by {@code Type.name} or {@code Type.method.name}. */
    private static final class Strings extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final Map<String, List<ExpressionTree>> initializers = new HashMap<>();
        private String scope = "";

        @Override
        public @Nullable Void visitClass(ClassTree tree, @Nullable Void nothing) {
            return within(tree.getSimpleName().toString(), () -> super.visitClass(tree, null));
        }

        @Override
        public @Nullable Void visitMethod(MethodTree tree, @Nullable Void nothing) {
            return within(scope + "." + tree.getName(), () -> super.visitMethod(tree, null));
        }

        private @Nullable Void within(String inner, Runnable visit) {
            String outer = scope;
            scope = inner;
            visit.run();
            scope = outer;
            return null;
        }

        @Override
        public @Nullable Void visitVariable(VariableTree tree, @Nullable Void nothing) {
            if (tree.getInitializer() != null) {
                initializers
                        .computeIfAbsent(scope + "." + tree.getName(), name -> new ArrayList<>())
                        .add(tree.getInitializer());
            }
            return super.visitVariable(tree, null);
        }

        /** The text of an expression; empty when it is no string that the source tells anything about. */
        Optional<String> textOf(ExpressionTree tree, Collection<String> scopes) {
            if (tree instanceof LiteralTree literal) {
                return literal.getValue() instanceof String text ? Optional.of(text) : Optional.empty();
            }
            if (tree instanceof ParenthesizedTree inner) {
                return textOf(inner.getExpression(), scopes);
            }
            if (tree instanceof BinaryTree sum) {
                Optional<String> left = textOf(sum.getLeftOperand(), scopes);
                Optional<String> right = textOf(sum.getRightOperand(), scopes);
                return left.isEmpty() && right.isEmpty()
                        ? Optional.empty()
                        : Optional.of(left.orElse(UNKNOWN) + right.orElse(UNKNOWN));
            }
            if (tree instanceof IdentifierTree name) {
                return scopes.stream()
                        .flatMap(scope -> initializersOf(scope + "." + name.getName()))
                        .flatMap(initializer -> textOf(initializer, scopes).stream())
                        .reduce((one, other) -> one + " ; " + other);
            }
            if (tree instanceof MemberSelectTree member) {
                String owner = member.getExpression().toString();
                return initializersOf(owner.substring(owner.lastIndexOf('.') + 1) + "." + member.getIdentifier())
                        .flatMap(initializer -> textOf(initializer, scopes).stream())
                        .findFirst();
            }
            // A text that is worked on, as by formatted() or strip(), is that text for our purpose.
            return tree instanceof MethodInvocationTree call
                            && call.getMethodSelect() instanceof MemberSelectTree method
                            && !(method.getExpression() instanceof MethodInvocationTree)
                    ? textOf(method.getExpression(), scopes)
                    : Optional.empty();
        }

        private Stream<ExpressionTree> initializersOf(String name) {
            return initializers.getOrDefault(name, List.of()).stream();
        }
    }

    /** Collects every string where it is used; where one is only named, a use is still to come. */
    private final class Uses extends TreeScanner<@Nullable Void, @Nullable Void> {

        /** Annotations whose text is SQL. */
        private static final Pattern SQL_ANNOTATION =
                Pattern.compile("(.*\\.)?(Formula|Subselect|SQL\\w+|NativeQuery)");

        private final Strings strings;
        private String home = "";
        private final Deque<String> scopes = new ArrayDeque<>();
        private List<String> parameters = List.of();

        Uses(Strings strings) {
            this.strings = strings;
        }

        @Override
        public @Nullable Void visitClass(ClassTree tree, @Nullable Void nothing) {
            scopes.push(tree.getSimpleName().toString());
            super.visitClass(tree, null);
            scopes.pop();
            return null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree tree, @Nullable Void nothing) {
            parameters = tree.getParameters().stream()
                    .map(parameter -> parameter.getName().toString())
                    .toList();
            scopes.push(scopes.element() + "." + tree.getName());
            super.visitMethod(tree, null);
            scopes.pop();
            return null;
        }

        /** The package, imports and most annotations hold strings and names as well, but never SQL. */
        @Override
        public @Nullable Void visitPackage(PackageTree tree, @Nullable Void nothing) {
            home = tree.getPackageName().toString();
            return null;
        }

        @Override
        public @Nullable Void visitImport(ImportTree tree, @Nullable Void nothing) {
            return null;
        }

        @Override
        public @Nullable Void visitAnnotation(AnnotationTree tree, @Nullable Void nothing) {
            return SQL_ANNOTATION.matcher(tree.getAnnotationType().toString()).matches()
                    ? super.visitAnnotation(tree, null)
                    : null;
        }

        @Override
        public @Nullable Void visitVariable(VariableTree tree, @Nullable Void nothing) {
            boolean named = tree.getInitializer() != null
                    && strings.textOf(tree.getInitializer(), scopes).isPresent();
            return named ? null : super.visitVariable(tree, null);
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void nothing) {
            boolean asksTheDatabase = tree.getMethodSelect() instanceof MemberSelectTree select
                    && select.getIdentifier().contentEquals("sql")
                    && tree.getArguments().size() == 1;
            if (asksTheDatabase) {
                ExpressionTree argument = tree.getArguments().get(0);
                // What a parameter holds is judged where it comes from.
                boolean passedOn = argument instanceof IdentifierTree name
                        && parameters.contains(name.getName().toString());
                boolean readable = strings.textOf(argument, scopes)
                        .filter(text -> !text.startsWith(UNKNOWN))
                        .isPresent();
                if (!passedOn && !readable) {
                    add(UNREADABLE + argument);
                }
            }
            return used(tree) ? null : super.visitMethodInvocation(tree, null);
        }

        @Override
        public @Nullable Void visitBinary(BinaryTree tree, @Nullable Void nothing) {
            return used(tree) ? null : super.visitBinary(tree, null);
        }

        @Override
        public @Nullable Void visitLiteral(LiteralTree tree, @Nullable Void nothing) {
            used(tree);
            return null;
        }

        @Override
        public @Nullable Void visitIdentifier(IdentifierTree tree, @Nullable Void nothing) {
            used(tree);
            return null;
        }

        @Override
        public @Nullable Void visitMemberSelect(MemberSelectTree tree, @Nullable Void nothing) {
            return used(tree) ? null : super.visitMemberSelect(tree, null);
        }

        private boolean used(ExpressionTree tree) {
            Optional<String> text = strings.textOf(tree, scopes);
            text.ifPresent(this::add);
            return text.isPresent();
        }

        private void add(String text) {
            String type = scopes.getLast();
            String method = scopes.element().substring(scopes.element().lastIndexOf('.') + 1);
            Stream.of(text.split(";"))
                    .map(SqlInSources::plain)
                    .map(one -> new Statement(home, type, method, one))
                    .filter(one -> one.isOnTenants()
                            || one.isUnreadable()
                            || one.writesTheStateOfARun()
                            || TableOwners.OURS.isNamedBy(one.text()))
                    .forEach(statements::add);
        }
    }

    /** Without comments, in small letters, with single spaces. */
    static String plain(String sql) {
        return sql.replaceAll("--.*", "").replaceAll("\\s+", " ").strip().toLowerCase(Locale.ROOT);
    }

    static List<Path> files(Path directory, String ending) {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
