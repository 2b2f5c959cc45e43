package dev.alloy.access;

interface ProjectRepository extends TenantRepository<Project> {}
