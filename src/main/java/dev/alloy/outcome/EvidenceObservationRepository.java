package dev.alloy.outcome;

import dev.alloy.access.TenantRepository;

interface EvidenceObservationRepository extends TenantRepository<EvidenceObservation> {}
