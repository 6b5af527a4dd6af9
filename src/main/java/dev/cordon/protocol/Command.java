package dev.cordon.protocol;

import java.util.Map;
import java.util.Optional;

/** What a client may say (docs/protocol.md, Commands). {@link #id()} is positive where a reply is due and 0 where none is. */
public sealed interface Command {
    /** The client's number for the reply, 1 to 2^32-1; 0 for commands without a reply. */
    long id();

    /** @param session the client's stable id, from {@code data.session}
     *  @param acknowledges whether it says, by {@code data.ack}, that it will acknowledge what it is sent
     *  @param resume positions of server-side subscriptions by channel name, as the client gave them
     *  @param ignored what stands in it and is not known, in words: if it is refused, that may be why */
    record Connect(
            long id,
            Optional<String> token,
            Optional<String> session,
            boolean acknowledges,
            Map<String, Optional<StreamPosition>> resume,
            String clientName,
            Optional<String> ignored)
            implements Command {
        public Connect {
            resume = Map.copyOf(resume);
        }
    }

    /** The client's answer to the server's ping: {@code {}}. */
    record Pong() implements Command {
        @Override
        public long id() {
            return 0;
        }
    }

    /** A client's own ping command ({@code {"id":n,"ping":{}}}), answered by an empty reply. */
    record Ping(long id) implements Command {}

    record Refresh(long id, String token) implements Command {}

    /**
     * @param since where to recover from; empty when the client does not ask to
     * @param wholeOnly whether a position that cannot be recovered is to be refused, not told
     */
    record Subscribe(long id, String channel, Optional<StreamPosition> since, boolean wholeOnly) implements Command {}

    record Unsubscribe(long id, String channel) implements Command {}

    record Publish(long id, String channel, Payload data) implements Command {}

    /**
     * {@code rpc} with the method {@code ack}.
     *
     * @param upto its epoch is empty when the client did not tell it
     */
    record Acknowledge(long id, String channel, StreamPosition upto) implements Command {}

    record Rpc(long id, String method, Payload data) implements Command {}

    /** @param limit -1 for all that is retained, 0 for the position only */
    record History(long id, String channel, int limit, Optional<StreamPosition> since) implements Command {}

    record Presence(long id, String channel) implements Command {}

    /** A message to the application without a reply. */
    record Send(Payload data) implements Command {
        @Override
        public long id() {
            return 0;
        }
    }

    /** Well-formed, with an id, and of no kind that is known: answered by error 104.
     *  @param method what was asked for, empty for nothing */
    record Unknown(long id, String method) implements Command {
        /** For its programmer. Found out when asked for: a frame full of such commands costs no more than its reading. */
        public String why() {
            return CommandReader.notCarriedOut(method);
        }
    }

    /** Of a known kind with a field that is wrong: answered by error 107. */
    record Invalid(long id, String why) implements Command {}
}
