/**
 * Definitions of metrics: a name, a meaning and an action beside the counter that holds the value. Each part of the
 * node defines its own metrics in a {@link dev.cordon.metric.MetricList}. {@code /metrics}, JMX, the console and
 * {@code info} read those lists. Uses no other package. Thread-safe, unless a class says otherwise.
 */
@NullMarked
package dev.cordon.metric;

import org.jspecify.annotations.NullMarked;
