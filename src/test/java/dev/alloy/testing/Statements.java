package dev.alloy.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Counts the statements and commits that some threads of a replica send to the database; by default those that serve requests, and no timers. */
public final class Statements implements BeanPostProcessor {

    /** As Tomcat names the threads that serve requests. */
    private static final String SERVES_REQUESTS = "http-";

    private final String threads;
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final List<String> commits = new CopyOnWriteArrayList<>();

    /** Of the threads that serve requests. */
    public Statements() {
        this(SERVES_REQUESTS);
    }

    /** Of the threads whose names begin like this. */
    public Statements(String threads) {
        this.threads = threads;
    }

    /**
     * What a call sent.
     *
     * @param statements in their order
     * @param commits how many transactions they made
     */
    public record Sent(List<String> statements, int commits) {}

    /** Answers what a call sends; nobody else may call at the same time. */
    public Sent during(Runnable call) {
        sent.clear();
        commits.clear();
        call.run();
        return new Sent(List.copyOf(sent), commits.size());
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof DataSource source && !(bean instanceof Counting) ? new Counting(source) : bean;
    }

    private void note(List<String> notes, String what) {
        if (Thread.currentThread().getName().startsWith(threads)) {
            notes.add(what.replaceAll("\\s+", " ").strip());
        }
    }

    private final class Counting extends DelegatingDataSource {

        Counting(DataSource target) {
            super(target);
        }

        @Override
        public Connection getConnection() throws SQLException {
            return counted(super.getConnection());
        }
    }

    private Connection counted(Connection connection) {
        return proxy(Connection.class, (method, arguments) -> {
            if (method.getName().equals("commit")) {
                note(commits, "commit");
            }
            Object answer = call(connection, method, arguments);
            if (answer instanceof CallableStatement) {
                throw new AssertionError("Nobody calls procedures; count them first.");
            }
            if (answer instanceof PreparedStatement statement) {
                return counted(PreparedStatement.class, statement, String.valueOf(arguments[0]));
            }
            return answer instanceof Statement statement ? counted(Statement.class, statement, "") : answer;
        });
    }

    private <S extends Statement> S counted(Class<S> type, S statement, String sql) {
        return proxy(type, (method, arguments) -> {
            if (method.getName().startsWith("execute")) {
                note(sent, sql.isEmpty() ? String.valueOf(arguments[0]) : sql);
            }
            return call(statement, method, arguments);
        });
    }

    private interface Call {
        @Nullable
        Object with(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> call.with(method, arguments == null ? new Object[0] : arguments)));
    }

    private static @Nullable Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
