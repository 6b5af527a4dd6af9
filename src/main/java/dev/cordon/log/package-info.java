/**
 * The log of publications and the groups of users: the ports {@link dev.cordon.log.UserLog} and {@link
 * dev.cordon.log.UserGroups} and their adapters in memory. Uses heap and protocol. Every adapter is thread-safe.
 */
@NullMarked
package dev.cordon.log;

import org.jspecify.annotations.NullMarked;
