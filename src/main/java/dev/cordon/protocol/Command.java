package dev.cordon.protocol;

import java.util.Map;
import java.util.Optional;

/**
 * A command of a client (docs/protocol.md, Commands). {@link #id()} is positive if the command gets a reply, else 0.
 */
public sealed interface Command {
    /** Returns the number that the client gave the command, 1 to 2^32-1, or 0 if the command gets no reply. */
    long id();

    /**
     * The first command of a connection.
     *
     * @param session stable id of the client, from {@code data.session}
     * @param acknowledges true if the client will acknowledge messages, from {@code data.ack}
     * @param resume positions of server-side subscriptions, by channel name
     * @param clientName name of the client, from {@code name}
     * @param clientVersion version of the client, from {@code version}; empty unless the reader keeps it
     * @param data the whole {@code data}; empty unless the reader keeps it
     * @param ignored message about the first unknown field; a rejected connect may fail because of that field
     */
    record Connect(
            long id,
            Optional<String> token,
            Optional<String> session,
            boolean acknowledges,
            Map<String, Optional<StreamPosition>> resume,
            String clientName,
            String clientVersion,
            Optional<Payload> data,
            Optional<String> ignored)
            implements Command {
        public Connect {
            resume = Map.copyOf(resume);
        }
    }

    /** The answer to a ping of the server: {@code {}}. */
    record Pong() implements Command {
        @Override
        public long id() {
            return 0;
        }
    }

    /** A ping of the client: {@code {"id":n,"ping":{}}}. The reply is empty. */
    record Ping(long id) implements Command {}

    record Refresh(long id, String token) implements Command {}

    /**
     * A subscription to one channel.
     *
     * @param since position to recover from; empty if the client does not recover
     * @param wholeOnly true if the server must reject a position that it cannot recover from
     */
    record Subscribe(long id, String channel, Optional<StreamPosition> since, boolean wholeOnly) implements Command {}

    record Unsubscribe(long id, String channel) implements Command {}

    record Publish(long id, String channel, Payload data) implements Command {}

    /**
     * An {@code rpc} with the method {@code ack}: the session has processed all messages up to a position.
     *
     * @param upto position of the last message; the epoch is empty if the client sent none
     */
    record Acknowledge(long id, String channel, StreamPosition upto) implements Command {}

    record Rpc(long id, String method, Payload data) implements Command {}

    /**
     * A request for retained messages.
     *
     * @param limit most messages; -1 for all retained messages, 0 for the position only
     */
    record History(long id, String channel, int limit, Optional<StreamPosition> since) implements Command {}

    record Presence(long id, String channel) implements Command {}

    /** A message to the application. Gets no reply. */
    record Send(Payload data) implements Command {
        @Override
        public long id() {
            return 0;
        }
    }

    /**
     * A well-formed command with an unknown or unsupported method. The reply is error 104.
     *
     * @param method name of the method; empty if the command has none
     */
    record Unknown(long id, String method) implements Command {
        /**
         * Returns a message for the programmer of the client. Computed on demand, so that a frame full of such commands
         * stays cheap.
         */
        public String why() {
            return CommandReader.notCarriedOut(method);
        }
    }

    /** A command of a known method with an invalid field. The reply is error 107. */
    record Invalid(long id, String why) implements Command {}
}
