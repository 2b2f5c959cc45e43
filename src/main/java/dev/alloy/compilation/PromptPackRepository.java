package dev.alloy.compilation;

import dev.alloy.access.TenantRepository;

interface PromptPackRepository extends TenantRepository<PromptPack> {}
