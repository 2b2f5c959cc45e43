package dev.alloy.access;

import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
        return query(caller, (builder, row) -> List.of(builder.equal(row.get("id"), id)))
                .getResultStream()
                .findFirst();
    }

    @Override
    public E reread(Caller caller, String id) {
        E row = find(caller, id).orElseThrow();
        entities.refresh(row);
        return row;
    }

    @Override
    public Page<E> list(Caller caller, PageQuery page, Map<String, ?> filters) {
        TypedQuery<E> query = query(caller, (builder, row) -> {
            List<Predicate> conditions = equal(builder, row, filters);
            PageQuery.Position after = page.after();
            if (after != null) {
                conditions.add(builder.or(
                        builder.lessThan(row.get("createdAt"), after.time()),
                        builder.and(
                                builder.equal(row.get("createdAt"), after.time()),
                                builder.lessThan(row.<String>get("id"), after.id()))));
            }
            return conditions;
        });
        List<E> rows = query.setMaxResults(page.limit() + 1).getResultList();
        return page.page(rows, row -> new PageQuery.Position(row.createdAt(), row.id()), Function.identity());
    }

    @Override
    public List<E> all(Caller caller, Map<String, ?> filters) {
        return query(caller, (builder, row) -> equal(builder, row, filters)).getResultList();
    }

    private List<Predicate> equal(CriteriaBuilder builder, Root<E> row, Map<String, ?> filters) {
        List<Predicate> conditions = new ArrayList<>();
        filters.forEach((attribute, value) -> {
            if (value != null) {
                conditions.add(builder.equal(row.get(attribute), value));
            }
        });
        return conditions;
    }

    private interface Conditions<E> {
        List<Predicate> of(CriteriaBuilder builder, Root<E> row);
    }

    private TypedQuery<E> query(Caller caller, Conditions<E> conditions) {
        CriteriaBuilder builder = entities.getCriteriaBuilder();
        var query = builder.createQuery(information.getJavaType());
        Root<E> row = query.from(information.getJavaType());
        List<Predicate> all = new ArrayList<>(conditions.of(builder, row));
        if (caller.organizationId() != null) {
            all.add(builder.equal(row.get("organizationId"), caller.organizationId()));
        }
        if (ofProjects && caller.projectIds() != null) {
            all.add(builder.or(
                    builder.isNull(row.get("projectId")), row.get("projectId").in(caller.projectIds())));
        }
        query.where(all.toArray(Predicate[]::new))
                .orderBy(builder.desc(row.get("createdAt")), builder.desc(row.get("id")));
        return entities.createQuery(query);
    }
}
