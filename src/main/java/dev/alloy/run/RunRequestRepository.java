package dev.alloy.run;

import dev.alloy.access.TenantRepository;

interface RunRequestRepository extends TenantRepository<RunRequest> {}
