package dev.alloy.access;

import dev.alloy.database.StatementTime;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.jpa.HibernateHints;
import org.hibernate.jpa.SpecHints;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.support.JpaEntityInformation;
import org.springframework.data.jpa.repository.support.SimpleJpaRepository;
import org.springframework.transaction.annotation.Transactional;

/** Implements {@link TenantRepository} for every entity. Public because Spring Data makes it. */
@Transactional(readOnly = true)
public class JpaTenantRepository<E extends TenantRow> extends SimpleJpaRepository<E, String>
        implements TenantRepository<E> {

    private final EntityManager entities;
    private final JpaEntityInformation<E, ?> information;
    private final boolean ofProjects;

    /** Called by Spring Data. */
    public JpaTenantRepository(JpaEntityInformation<E, ?> information, EntityManager entities) {
        super(information, entities);
        this.entities = entities;
        this.information = information;
        this.ofProjects = entities.getMetamodel().entity(information.getJavaType()).getAttributes().stream()
                .anyMatch(attribute -> attribute.getName().equals("projectId"));
    }

    @Override
    @Transactional
    public void add(E entity) {
        entities.persist(entity);
        entities.flush();
    }

    @Override
    public Optional<E> find(Caller caller, String id) {
        E remembered = remembered(id);
        return remembered != null && isWithinReach(caller, remembered)
                ? Optional.of(remembered)
                : all(caller, Map.of("id", id)).stream().findFirst();
    }

    /** The query's own conditions, on a row that this transaction has read; the query would answer that same object. */
    private boolean isWithinReach(Caller caller, E row) {
        boolean ofOrganization = caller.organizationId() == null
                || caller.organizationId().equals(persister().getPropertyValue(row, "organizationId"));
        if (!ofProjects || caller.projectIds() == null) {
            return ofOrganization;
        }
        Object project = persister().getPropertyValue(row, "projectId");
        return ofOrganization && (project == null || caller.projectIds().contains(project));
    }

    @Override
    public E reread(Caller caller, String id) {
        E remembered = remembered(id);
        if (remembered != null) {
            entities.detach(remembered);
        }
        return find(caller, id).orElseThrow();
    }

    /** What this transaction read earlier is what its queries answer, whatever they read; null where it did not. */
    private @Nullable E remembered(String id) {
        var session = entities.unwrap(SessionImplementor.class);
        Object remembered = session.getPersistenceContext().getEntity(session.generateEntityKey(id, persister()));
        return remembered == null ? null : information.getJavaType().cast(remembered);
    }

    private EntityPersister persister() {
        return entities.unwrap(SessionImplementor.class)
                .getFactory()
                .getMappingMetamodel()
                .getEntityDescriptor(information.getJavaType());
    }

    @Override
    public Page<E> list(Caller caller, PageQuery page, Map<String, ?> filters) {
        Conditions conditions = new Conditions(caller, filters);
        PageQuery.Position after = page.after();
        if (after != null) {
            conditions.add(
                    // The first half is what an index can begin at.
                    "e.createdAt <= :time and (e.createdAt < :time or e.id < :before)",
                    Map.of("time", after.time(), "before", after.id()));
        }
        try (Stream<E> rows = query(conditions)
                .setMaxResults(page.limit() + 1)
                .setHint(HibernateHints.HINT_FETCH_SIZE, PageQuery.AT_A_TIME)
                .getResultStream()) {
            return page.page(
                    rows,
                    TenantRow::bytes,
                    row -> new PageQuery.Position(row.createdAt(), row.id()),
                    Function.identity());
        }
    }

    @Override
    public List<E> all(Caller caller, Map<String, ?> filters) {
        return query(new Conditions(caller, filters)).getResultList();
    }

    /**
     * What a query asks for, as JPQL: a text that comes again is translated once, which a criteria query is at every call. Only names of
     * attributes get into the text, all else are parameters.
     */
    private final class Conditions {

        private final List<String> texts = new ArrayList<>();
        private final Map<String, Object> parameters = new HashMap<>();

        Conditions(Caller caller, Map<String, ?> filters) {
            new TreeMap<>(filters).forEach((attribute, value) -> {
                if (value instanceof Filter.Present present) {
                    add("e." + attribute + (present.wanted() ? " is not null" : " is null"), Map.of());
                } else if (value instanceof Filter.Before before) {
                    add("e." + attribute + " < :" + attribute, Map.of(attribute, before.instant()));
                } else if (value instanceof Filter.Since since) {
                    add("e." + attribute + " >= :" + attribute, Map.of(attribute, since.instant()));
                } else if (value instanceof Filter.OrNone or) {
                    add(
                            "(e." + attribute + " is null or e." + attribute + " = :" + attribute + ")",
                            Map.of(attribute, or.value()));
                } else if (value instanceof Filter.In in) {
                    add("e." + attribute + " in :" + attribute, Map.of(attribute, in.values()));
                } else if (value != null) {
                    add("e." + attribute + " = :" + attribute, Map.of(attribute, value));
                }
            });
            if (caller.organizationId() != null) {
                add("e.organizationId = :reachedOrganization", Map.of("reachedOrganization", caller.organizationId()));
            }
            if (ofProjects && caller.projectIds() != null) {
                add(
                        "(e.projectId is null or e.projectId in :reachedProjects)",
                        Map.of("reachedProjects", caller.projectIds()));
            }
        }

        void add(String text, Map<String, ?> values) {
            texts.add(text);
            parameters.putAll(values);
        }
    }

    private TypedQuery<E> query(Conditions conditions) {
        String where = conditions.texts.isEmpty() ? "" : " where " + String.join(" and ", conditions.texts);
        TypedQuery<E> query = entities.createQuery(
                "select e from " + information.getEntityName() + " e" + where + " order by e.createdAt desc, e.id desc",
                information.getJavaType());
        conditions.parameters.forEach(query::setParameter);
        Integer seconds = StatementTime.seconds();
        return seconds == null ? query : query.setHint(SpecHints.HINT_SPEC_QUERY_TIMEOUT, seconds * 1000);
    }
}
