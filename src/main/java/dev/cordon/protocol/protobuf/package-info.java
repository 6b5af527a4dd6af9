/**
 * The Protobuf wire format (https://protobuf.dev/programming-guides/encoding): a reader and a writer of fields, without
 * a library (ADR 0036). Uses nothing else of the application. Readers and writers are confined to one thread.
 */
@NullMarked
package dev.cordon.protocol.protobuf;

import org.jspecify.annotations.NullMarked;
