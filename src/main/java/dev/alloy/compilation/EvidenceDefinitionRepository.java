package dev.alloy.compilation;

import dev.alloy.access.TenantRepository;

interface EvidenceDefinitionRepository extends TenantRepository<EvidenceDefinition> {}
