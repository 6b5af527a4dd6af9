package dev.cordon.manager;

import dev.cordon.log.Appended;
import dev.cordon.protocol.Frame;

/**
 * One publication on its way to the connections of its owner.
 *
 * @param frame the push, encoded once for all connections
 * @param acceptedAt time at which the publish was accepted, in nanoseconds of the ticker
 */
public record Delivery(Appended appended, Frame frame, long acceptedAt) {}
