package dev.cordon.hook;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.json.InvalidJsonException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The application's answer to a {@link HookCall}. Immutable. */
public sealed interface HookAnswer {
    /** Accepts, and adds nothing. */
    Accept ACCEPT = new Accept(Optional.empty(), Optional.empty(), List.of());

    /**
     * Accepts.
     *
     * @param data goes to the client: in the connect reply ({@code data}), or as the result of an rpc. Ignored for
     *     refresh and subscribe
     * @param expires earlier end of the connection than that of its token; for connect and refresh, else ignored. A
     *     time after the token's end changes nothing
     * @param channels channels of the user's own to which the client is subscribed by the connect, beside the personal
     *     one; ignored for all but connect. A channel of another user, or one over the limit of channels, is left out
     *     and logged
     */
    record Accept(Optional<Payload> data, Optional<Instant> expires, List<Channel> channels) implements HookAnswer {
        public Accept {
            channels = List.copyOf(channels);
        }

        /** Returns the same with these channels. */
        public Accept subscribing(List<Channel> to) {
            return new Accept(data, expires, to);
        }

        /** Both accept: data of the first that gives some, the earlier end, and the channels of both. */
        Accept and(Accept other) {
            Optional<Instant> earlier =
                    Stream.of(expires, other.expires).flatMap(Optional::stream).min(Comparator.naturalOrder());
            List<Channel> both = Stream.concat(channels.stream(), other.channels.stream())
                    .distinct()
                    .toList();
            return new Accept(data.or(other::data), earlier, both);
        }
    }

    /**
     * Answers the command with an error. The connection stays, except after connect, where the client reconnects if the
     * error is temporary and gives up if not.
     *
     * @param code 400–1999 for errors of the application's own; 100–399 are the protocol's, such as 103 for permission
     *     denied or 109 for a token that the client shall replace (docs/protocol.md, Errors)
     * @param message 1–256 characters, for the client's programmer
     * @param temporary whether the client may try again
     */
    record Fail(int code, String message, boolean temporary) implements HookAnswer {
        /** Longest message, in characters. */
        public static final int MAX_MESSAGE = 256;

        /** @throws IllegalArgumentException if the code is out of range or the message is empty or too long */
        public Fail {
            if (code < 100 || code > 1999) {
                throw new IllegalArgumentException("an error's code must be 100-1999, not " + code);
            }
            if (message.isBlank() || message.length() > MAX_MESSAGE) {
                throw new IllegalArgumentException("an error's message must have 1-" + MAX_MESSAGE + " characters");
            }
        }
    }

    /**
     * Ends the connection.
     *
     * @param why clients reconnect after the codes 3000–3499 and 4000–4499, and not after 3500–3999 and 4500–4999.
     *     Those from 4000 on are the application's
     */
    record Close(Disconnect why) implements HookAnswer {}

    static Accept accept() {
        return ACCEPT;
    }

    /** Accepts with data for the client. */
    static Accept data(Payload data) {
        return new Accept(Optional.of(data), Optional.empty(), List.of());
    }

    /**
     * Accepts with data for the client.
     *
     * @param json one JSON value
     * @throws IllegalArgumentException if it is not one JSON value
     */
    static Accept data(String json) {
        try {
            return data(Payload.parse(json));
        } catch (InvalidJsonException e) {
            throw new IllegalArgumentException("the answer is not one JSON value: " + e.getMessage(), e);
        }
    }

    /** Accepts a connect or refresh until a time, or until the token ends if that is earlier. */
    static Accept until(Instant expires) {
        return new Accept(Optional.empty(), Optional.of(expires), List.of());
    }

    /** @throws IllegalArgumentException see {@link Fail} */
    static HookAnswer error(int code, String message) {
        return new Fail(code, message, false);
    }

    /** @throws IllegalArgumentException see {@link Disconnect} */
    static HookAnswer close(int code, String reason) {
        return new Close(new Disconnect(code, reason));
    }
}
