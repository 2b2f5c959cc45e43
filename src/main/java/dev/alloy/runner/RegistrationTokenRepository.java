package dev.alloy.runner;

import dev.alloy.access.TenantRepository;

interface RegistrationTokenRepository extends TenantRepository<RegistrationToken> {}
