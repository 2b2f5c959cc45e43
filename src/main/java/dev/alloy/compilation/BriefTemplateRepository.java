package dev.alloy.compilation;

import dev.alloy.access.TenantRepository;

interface BriefTemplateRepository extends TenantRepository<BriefTemplate> {}
