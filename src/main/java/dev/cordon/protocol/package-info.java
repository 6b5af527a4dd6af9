/**
 * The messages of the wire: records for names, positions, commands and replies, with their readers and writers as JSON
 * and as Protobuf (Centrifuge client protocol, version 2). Uses {@code protocol.json} and {@code protocol.protobuf}
 * only. Everything here is immutable or stateless, but for the log that clients write to, and all of it thread-safe.
 */
@NullMarked
package dev.cordon.protocol;

import org.jspecify.annotations.NullMarked;
