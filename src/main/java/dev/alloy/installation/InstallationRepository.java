package dev.alloy.installation;

import dev.alloy.access.TenantRepository;

interface InstallationRepository extends TenantRepository<Installation> {}
