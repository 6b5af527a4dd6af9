/**
 * Two synthetic users that are connected the whole time through the node's own endpoint, and what they see: how long a message takes,
 * whether one ever gets the other's, and what a third that does not read costs them. Uses publish, manager and protocol; one thread of
 * its own does everything.
 */
@NullMarked
package dev.cordon.canary;

import org.jspecify.annotations.NullMarked;
