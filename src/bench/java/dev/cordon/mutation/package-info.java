/** Judges what PIT found ({@code ./mvnw -Pmutation verify}): class by class, against the thresholds in the pom. */
@NullMarked
package dev.cordon.mutation;

import org.jspecify.annotations.NullMarked;
