package dev.alloy.compilation;

import dev.alloy.access.TenantRepository;

interface BriefSummaryRepository extends TenantRepository<BriefSummary> {}
