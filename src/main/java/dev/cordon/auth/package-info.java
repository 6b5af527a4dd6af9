/**
 * Authentication: the verifier that turns a bearer token into an {@link dev.cordon.auth.Identity}, and API keys. Every
 * way in uses the same verifier. Uses http and protocol. Thread-safe.
 */
@NullMarked
package dev.cordon.auth;

import org.jspecify.annotations.NullMarked;
