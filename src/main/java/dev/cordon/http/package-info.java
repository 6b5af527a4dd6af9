/**
 * HTTP exchanges over Servlet that hold no thread while they wait for their client (ADR 0013), the output of connections
 * over Servlet that does the same, and a parser of plain POSTs that works without a container (ADR 0010); also the
 * bounded body of answers to this node's own requests. Uses no other package. Exchanges and outputs are thread-safe.
 */
@NullMarked
package dev.cordon.http;

import org.jspecify.annotations.NullMarked;
