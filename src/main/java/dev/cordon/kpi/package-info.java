/**
 * Monitoring of the node: the list of all metrics, thresholds and alerts, and health checks. Reads manager, publish, log and upkeep. The
 * metrics of sockets and of the server API are handed to it. The only package that knows MicroProfile Metrics and Health. Thread-safe.
 */
@NullMarked
package dev.cordon.kpi;

import org.jspecify.annotations.NullMarked;
