/**
 * Who is there: turns a bearer token into an {@link dev.cordon.auth.Identity}, by one verifier for every way in. Uses
 * protocol. Thread-safe.
 */
@NullMarked
package dev.cordon.auth;

import org.jspecify.annotations.NullMarked;
