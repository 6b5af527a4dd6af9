/**
 * The log of publications: the {@link dev.cordon.log.UserLog} port and its adapter in memory. Uses protocol. Every
 * adapter is thread-safe.
 */
@NullMarked
package dev.cordon.log;

import org.jspecify.annotations.NullMarked;
