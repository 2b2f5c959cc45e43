package dev.planted.tenancy;

import dev.alloy.access.TenantRepository;
import java.util.List;

interface TalkativeRepository extends TenantRepository<Row> {

    List<Row> findByName(String name);
}
