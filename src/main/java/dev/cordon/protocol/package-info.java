/**
 * The messages of the wire: records for names, positions, commands and replies, with their reader and writer as JSON
 * (Centrifuge client protocol, version 2). Uses {@code protocol.json} only. Everything here is immutable or stateless,
 * but for the log that clients write to, and all of it thread-safe.
 */
@NullMarked
package dev.cordon.protocol;

import org.jspecify.annotations.NullMarked;
