package dev.alloy.outcome;

import dev.alloy.access.TenantRepository;

interface EvidenceWaiverRepository extends TenantRepository<EvidenceWaiver> {}
