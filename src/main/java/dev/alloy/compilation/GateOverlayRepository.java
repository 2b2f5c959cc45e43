package dev.alloy.compilation;

import dev.alloy.access.TenantRepository;

interface GateOverlayRepository extends TenantRepository<GateOverlay> {}
