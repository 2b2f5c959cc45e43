package dev.alloy.access;

interface OrganizationRepository extends TenantRepository<Organization> {}
