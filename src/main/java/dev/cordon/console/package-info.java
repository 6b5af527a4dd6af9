/**
 * The operators' console: the node's state and actions, as MXBeans and for the page at {@code /console/}. Uses auth, kpi, legacy, upkeep, manager,
 * publish, log and protocol; only the wiring uses it. A request runs on one thread of the container, the live feed on a timer. No message
 * waits for this package.
 */
@NullMarked
package dev.cordon.console;

import org.jspecify.annotations.NullMarked;
