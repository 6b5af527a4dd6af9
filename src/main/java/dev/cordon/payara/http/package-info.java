/**
 * HTTP/1.1 requests as bytes (RFC 9112): finds where each begins and ends, and rejects what is forbidden in it
 * (ADR 0014). Uses only {@code dev.cordon.http}. Each object is confined to the thread that reads its connection.
 */
@NullMarked
package dev.cordon.payara.http;

import org.jspecify.annotations.NullMarked;
