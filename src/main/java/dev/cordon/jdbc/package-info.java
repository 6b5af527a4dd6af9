/**
 * The log in a database: PostgreSQL, or H2 on one machine. It also keeps the events of hooks (ADR 0033), and reads the table of an outbox (ADR 0031).
 * Uses cluster, hook, log, outbox and protocol. No other package uses {@code java.sql} and data sources, except for the Java client's publisher in
 * transactions. All database work of the log runs on threads of this package. Callers' threads only submit it
 * and wait, for one budget at most.
 */
@NullMarked
package dev.cordon.jdbc;

import org.jspecify.annotations.NullMarked;
