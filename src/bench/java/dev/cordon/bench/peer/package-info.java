/**
 * The servers that Cordon is measured against: a map of user → session and nothing else, on the container of each. No token check,
 * no log, no limits, no isolation: what they cost is what the transport costs. Each runs in a process of its own. Uses nothing of Cordon.
 */
@NullMarked
package dev.cordon.bench.peer;

import org.jspecify.annotations.NullMarked;
