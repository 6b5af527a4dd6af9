/** An application's beans, which {@code HooksIT} puts into a copy of the WAR. */
@NullMarked
package dev.cordon.it.hooks;

import org.jspecify.annotations.NullMarked;
