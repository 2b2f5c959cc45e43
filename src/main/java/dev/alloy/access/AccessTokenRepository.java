package dev.alloy.access;

interface AccessTokenRepository extends TenantRepository<AccessToken> {}
