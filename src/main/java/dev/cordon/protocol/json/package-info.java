/**
 * The JSON reader and writer (RFC 8259). The reader checks a whole document: UTF-8, grammar, depth, lengths of numbers
 * and names that stand twice. A value can be copied out as the bytes of its source. Uses nothing else of Cordon.
 * Readers, writers and scanners are confined to one thread; all other classes are immutable or stateless, and
 * thread-safe.
 */
@NullMarked
package dev.cordon.protocol.json;

import org.jspecify.annotations.NullMarked;
