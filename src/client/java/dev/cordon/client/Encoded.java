package dev.cordon.client;

import org.jspecify.annotations.Nullable;

/**
 * A command as it is sent.
 *
 * @param body one JSON object in UTF-8
 * @param key idempotency key of a publish or a broadcast
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Encoded(byte[] body, @Nullable String key) {}
