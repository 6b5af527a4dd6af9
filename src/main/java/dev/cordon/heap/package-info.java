/**
 * The one account of the heap (ADR 0015): which part of it each thing may take that strangers and users can make more of, and how much of
 * it each takes now. Uses no other package. Thread-safe.
 */
@NullMarked
package dev.cordon.heap;

import org.jspecify.annotations.NullMarked;
