/**
 * The way from a singleton manager to Cordon: the singleton as such systems had it, its interface over the factory, and a
 * comparison of the two. Uses manager, publish and protocol, and no container. Nothing of Cordon uses it: it is for those who
 * migrate, and for the validation report, which measures it.
 *
 * <p>Thread-safe. The singleton alone breaks the rule of the other packages: it writes under its lock, because that is what it is
 * compared for.
 */
@NullMarked
package dev.cordon.legacy;

import org.jspecify.annotations.NullMarked;
