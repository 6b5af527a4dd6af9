package dev.cordon.api;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * This node, for the demo page of a cluster in development mode.
 *
 * @param name address and port of its listener, such as {@code 127.0.0.1:8081}; empty before the server listens, and
 *     where the server does not say
 * @param kill ends the process at once, as when its machine fails
 */
public record DevNode(Supplier<Optional<String>> name, Runnable kill) {}
