package dev.alloy.access;

import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.Repository;

/**
 * Reads tenants' rows through JPA. Every read names the caller, and finds nothing beyond their reach.
 *
 * <p>An entity here has the attributes {@code id}, {@code organizationId} and {@code createdAt}, and {@code projectId}
 * where it belongs to a project; an architecture rule sees to it that no repository bypasses this one.
 */
@NoRepositoryBean
public interface TenantRepository<E extends TenantRow> extends Repository<E, String> {

    /** Stores a new row at once, so what the database refuses is known here. */
    void add(E entity);

    /** Writes what was changed so far, for SQL that is to read it. */
    void flush();

    /** The row of this id if it is within the caller's reach; what this transaction has read is not read again. */
    Optional<E> find(Caller caller, String id);

    /**
     * The row as it is in the database now; it must be within reach. What this transaction read of it earlier is
     * forgotten: an object that was handed out before stays as it was.
     */
    E reread(Caller caller, String id);

    /**
     * A page of the rows within the caller's reach, newest first; fewer than asked for where they are large.
     *
     * @param filters attribute → value it must equal, or a {@link Filter}; an attribute whose value is null does not filter
     */
    Page<E> list(Caller caller, PageQuery page, Map<String, ?> filters);

    /** All rows within the caller's reach, for sets that are small by nature, such as the overlays of one brief. */
    List<E> all(Caller caller, Map<String, ?> filters);
}
