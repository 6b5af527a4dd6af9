/**
 * The operator's view: what the node is and does as MXBeans, and what may be asked of it. Uses kpi, canary, upkeep, manager, publish,
 * log and protocol; nothing uses it but the wiring.
 */
@NullMarked
package dev.cordon.console;

import org.jspecify.annotations.NullMarked;
