package dev.alloy.compilation;

import dev.alloy.access.TenantRepository;

interface ApprovalRepository extends TenantRepository<Approval> {}
