/**
 * The operator's view: what the node is and does, as MXBeans and for the page at {@code /console/}, and what may be asked of it. Uses auth,
 * kpi, upkeep, manager, publish, log and protocol; nothing uses it but the wiring. A request runs on one thread of the
 * container, the live feed on a timer; nothing here is on a message's way.
 */
@NullMarked
package dev.cordon.console;

import org.jspecify.annotations.NullMarked;
