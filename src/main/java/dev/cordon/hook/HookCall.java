package dev.cordon.hook;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.time.Instant;
import java.util.Optional;

/** A question to the application, which a client waits for. Immutable. */
public sealed interface HookCall {
    /** The four questions. */
    enum Kind {
        CONNECT,
        REFRESH,
        SUBSCRIBE,
        RPC
    }

    Kind kind();

    /** The connection of the client that waits. */
    HookClient client();

    /**
     * May this client connect? Asked after its token was verified, before it gets a place.
     *
     * @param data the connect command's {@code data}; made up by the client
     * @param expires end of the client's token
     */
    record Connect(HookClient client, Optional<Payload> data, Instant expires) implements HookCall {
        @Override
        public Kind kind() {
            return Kind.CONNECT;
        }
    }

    /**
     * May this client stay? Asked after its fresh token was verified.
     *
     * @param expires end of the fresh token
     */
    record Refresh(HookClient client, Instant expires) implements HookCall {
        @Override
        public Kind kind() {
            return Kind.REFRESH;
        }
    }

    /**
     * May this client subscribe? Asked only about channels that its user owns. The personal channel, which every
     * connection has, is not asked about.
     */
    record Subscribe(HookClient client, Channel channel) implements HookCall {
        @Override
        public Kind kind() {
            return Kind.SUBSCRIBE;
        }
    }

    /**
     * A call of a method that is none of Cordon's own.
     *
     * @param data one JSON value, {@code {}} if the client sent none; made up by the client
     */
    record Rpc(HookClient client, String method, Payload data) implements HookCall {
        @Override
        public Kind kind() {
            return Kind.RPC;
        }
    }
}
