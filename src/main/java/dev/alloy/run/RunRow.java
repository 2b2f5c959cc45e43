package dev.alloy.run;

import jakarta.persistence.Column;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/** Reads runs in SQL as Hibernate reads them: a column for each field of the entity, so that none can be forgotten. */
final class RunRow {

    private record Member(Field field, String column) {}

    private static final List<Member> MEMBERS = Arrays.stream(RunRequest.class.getDeclaredFields())
            .filter(field -> !Modifier.isStatic(field.getModifiers()))
            .map(RunRow::member)
            .toList();

    /** All columns of the entity, of the alias {@code r}. */
    static final String COLUMNS =
            MEMBERS.stream().map(member -> "r." + member.column()).collect(Collectors.joining(", "));

    /** Reads a row that begins with {@link #COLUMNS}; by their places, as their names would be looked for at every row. */
    static final RowMapper<RunRequest> MAPPER = RunRow::read;

    private RunRow() {}

    private static Member member(Field field) {
        field.setAccessible(true);
        Column column = field.getAnnotation(Column.class);
        return new Member(
                field,
                column == null ? field.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT) : column.name());
    }

    private static RunRequest read(ResultSet row, int number) throws SQLException {
        var run = new RunRequest();
        int column = 0;
        for (Member member : MEMBERS) {
            column++;
            try {
                member.field().set(run, value(row, column, member.field().getType()));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return run;
    }

    private static @Nullable Object value(ResultSet row, int column, Class<?> type) throws SQLException {
        if (type == Instant.class) {
            OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }
        if (type == boolean.class) {
            return row.getBoolean(column);
        }
        if (type == int.class) {
            return row.getInt(column);
        }
        return type == byte[].class ? row.getBytes(column) : row.getObject(column, type);
    }
}
