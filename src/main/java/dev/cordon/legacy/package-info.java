/**
 * The migration from a singleton manager to Cordon: the singleton, an adapter with its interface over the factory, and a comparison of the two.
 * Uses manager, publish and protocol, and no container. No other package uses it: it is for systems that migrate, and for the validation report.
 *
 * <p>Thread-safe. The singleton writes under its lock, unlike all other packages, because the comparison measures exactly that.
 */
@NullMarked
package dev.cordon.legacy;

import org.jspecify.annotations.NullMarked;
