/**
 * The log in a database: PostgreSQL, or H2 on one machine. It also keeps the events of hooks (ADR 0033). Uses cluster, hook, log and protocol. No other package uses
 * {@code java.sql} and data sources. All database work runs on threads of this package. Callers' threads only submit it
 * and wait, for one budget at most.
 */
@NullMarked
package dev.cordon.jdbc;

import org.jspecify.annotations.NullMarked;
