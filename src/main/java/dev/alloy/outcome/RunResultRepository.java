package dev.alloy.outcome;

import dev.alloy.access.TenantRepository;

interface RunResultRepository extends TenantRepository<RunResult> {}
