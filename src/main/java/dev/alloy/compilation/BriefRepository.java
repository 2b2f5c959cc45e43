package dev.alloy.compilation;

import dev.alloy.access.TenantRepository;

interface BriefRepository extends TenantRepository<Brief> {}
