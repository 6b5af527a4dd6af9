/**
 * Publishing: the path of a message from an accepted publication to the managers of the channel's owner. Uses log,
 * manager and protocol. Thread-safe; runs on the publisher's thread and never waits for a client.
 */
@NullMarked
package dev.cordon.publish;

import org.jspecify.annotations.NullMarked;
