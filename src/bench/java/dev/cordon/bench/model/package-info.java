/**
 * A calculation of what a cluster needs for a number of connections, from measured figures. Plain arithmetic without state;
 * uses nothing of Cordon.
 */
@NullMarked
package dev.cordon.bench.model;

import org.jspecify.annotations.NullMarked;
