/**
 * The connected sessions: one isolated {@link dev.cordon.manager.WebSocketManager} for each session of a user, made and
 * released by {@link dev.cordon.manager.WebSocketManagerFactory}. Uses log and protocol. No I/O and no foreign callback
 * runs under a lock of this package.
 */
@NullMarked
package dev.cordon.manager;

import org.jspecify.annotations.NullMarked;
