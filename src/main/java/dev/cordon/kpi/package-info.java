/**
 * The metrics: counters, gauges and quantiles as MicroProfile Metrics, and health checks. Reads manager, publish, log and upkeep;
 * what the ways in count is handed to it. The only package that knows MicroProfile Metrics and Health. Thread-safe.
 */
@NullMarked
package dev.cordon.kpi;

import org.jspecify.annotations.NullMarked;
