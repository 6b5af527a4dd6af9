/**
 * The figures: counters, gauges and quantiles as MicroProfile Metrics, and health checks. Uses manager, publish and log.
 */
@NullMarked
package dev.cordon.kpi;

import org.jspecify.annotations.NullMarked;
