package dev.alloy.trace;

import dev.alloy.access.TenantRepository;

interface TraceImportRepository extends TenantRepository<TraceImport> {}
