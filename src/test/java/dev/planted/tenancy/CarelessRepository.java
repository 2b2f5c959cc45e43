package dev.planted.tenancy;

import org.springframework.data.jpa.repository.JpaRepository;

interface CarelessRepository extends JpaRepository<Row, String> {}
