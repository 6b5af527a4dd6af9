/**
 * The siege, {@code ./mvnw -Psiege verify}: everything that strangers and users have stopped a node with, at once and for ten minutes, beside
 * healthy users who must notice nothing. Each {@link dev.cordon.siege.Attack} is one input, {@link dev.cordon.siege.HealthyUser} one user.
 */
@NullMarked
package dev.cordon.siege;

import org.jspecify.annotations.NullMarked;
