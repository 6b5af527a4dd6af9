/** Cordon: live messages to the browsers of individual users, through one isolated manager a session. */
@NullMarked
package dev.cordon;

import org.jspecify.annotations.NullMarked;
