/**
 * The migration from a singleton manager to Cordon: an adapter in the singleton's place, which serves a growing share
 * of the users through the factory; a singleton of its own; and a comparison of the two. Uses manager, publish, metric
 * and protocol, and of endpoint the transport over a session. Only applications, the console and the validation report
 * use it: while nobody does, it has no object but its counters.
 *
 * <p>Thread-safe, without a thread. The singleton writes under its lock, unlike all other packages, because that is
 * what it is compared for.
 */
@NullMarked
package dev.cordon.legacy;

import org.jspecify.annotations.NullMarked;
