/**
 * What the running service does over HTTP with PostgreSQL behind it. Throughput is told as a share of the floor: the same
 * transactions as plain SQL on the same server in the same minutes.
 */
@org.jspecify.annotations.NullMarked
package dev.alloy.bench.service;
