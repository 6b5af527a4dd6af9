/**
 * The log in a database: PostgreSQL, or H2 on one machine. Uses log and protocol; the only package that knows {@code java.sql} and
 * data sources. What talks to the database runs on threads of this package, so that no caller waits longer than one budget; callers'
 * threads only hand over and wait.
 */
@NullMarked
package dev.cordon.jdbc;

import org.jspecify.annotations.NullMarked;
