/**
 * HTTP/1.1 requests as bytes (RFC 9112): finds where each begins and ends, and what is forbidden in it (ADR 0014). Uses no
 * other package. Each object is confined to the thread that reads its connection.
 */
@NullMarked
package dev.cordon.payara.http;

import org.jspecify.annotations.NullMarked;
