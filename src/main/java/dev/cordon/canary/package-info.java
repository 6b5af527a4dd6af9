/**
 * Synthetic users that are connected to the node's own endpoint the whole time. Two of them measure how long a message takes and whether one
 * ever receives the other's. A third does not read, to measure what that costs the two. Uses publish, manager, metric and protocol. One thread
 * does everything.
 */
@NullMarked
package dev.cordon.canary;

import org.jspecify.annotations.NullMarked;
