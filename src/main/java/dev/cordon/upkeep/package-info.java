/**
 * What is due by time: the shared tick for connections and the five-minute cleanup. Uses manager, log and publish; the only
 * package that knows EJB.
 */
@NullMarked
package dev.cordon.upkeep;

import org.jspecify.annotations.NullMarked;
