package dev.alloy.runner;

import dev.alloy.access.TenantRepository;

interface RunnerRepository extends TenantRepository<Runner> {}
