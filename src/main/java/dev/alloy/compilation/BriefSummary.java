package dev.alloy.compilation;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;

/** A brief as lists read it; nothing is changed through it. */
@Entity
@Immutable
@Table(name = "formation_brief_compilations")
public class BriefSummary extends BriefHead {

    /** For Hibernate. */
    protected BriefSummary() {}
}
