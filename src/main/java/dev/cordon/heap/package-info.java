/**
 * The shares of the heap (ADR 0015): for each kind of object that clients can create more of, the bytes that it may take and the bytes that it
 * takes now. Uses no other package. Thread-safe.
 */
@NullMarked
package dev.cordon.heap;

import org.jspecify.annotations.NullMarked;
