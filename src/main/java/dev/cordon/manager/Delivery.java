package dev.cordon.manager;

import dev.cordon.log.Appended;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Frame;

/**
 * One publication on its way to the connections of its owner. It brings the log along, so that nothing of a manager needs to
 * hold one.
 *
 * @param frame the push, encoded once for all connections
 * @param acceptedAt ticker nanoseconds when the publish was accepted
 */
public record Delivery(Appended appended, Frame frame, long acceptedAt, UserLog log) {}
