package dev.cordon.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An encoding of the client protocol: reads a client's commands and writes the server's frames. Selected once for a
 * connection, at its handshake ({@code docs/protocol.md}, Encodings). Stateless and thread-safe.
 */
public sealed interface Encoding permits JsonEncoding, ProtobufEncoding {
    /** Text: JSON objects, separated by line breaks. */
    @SuppressWarnings("ClassInitializationDeadlock") // nobody reaches the class but through here
    Encoding JSON = new JsonEncoding();

    /** Binary: Protobuf messages, each behind its length. */
    @SuppressWarnings("ClassInitializationDeadlock") // as above
    Encoding PROTOBUF = new ProtobufEncoding();

    /** Returns true if frames are binary, in both directions. */
    boolean binary();

    /**
     * Reads a client's frame. The commands keep no reference to the array.
     *
     * @param bytes of a text, valid UTF-8
     * @param maxPayloadBytes largest data of one message, in bytes
     * @param keepConnectData whether a connect carries the client's version and whole data along
     * @throws InvalidFrameException if the frame is not a sequence of commands
     */
    List<Command> read(byte[] bytes, int from, int to, int maxPayloadBytes, boolean keepConnectData);

    /** Returns the ping of the server. */
    Frame ping();

    /** Makes the push of a publication, for any number of connections. The frame shares the payload's bytes. */
    Frame push(Publication publication);

    /** Makes a push without an offset, for a message that no log retains. The frame shares the payload's bytes. */
    Frame push(Channel channel, Payload payload);

    /**
     * Makes the connect reply.
     *
     * @param ttlSeconds time until the token expires
     * @param pingSeconds time between two pings of the server
     * @param data the application's data for the client
     * @param node name of this node, for the demo page of a cluster in development mode; else empty. Left out beside
     *     the application's data
     * @param added subscriptions that the application adds
     */
    Frame connect(
            long id,
            ConnectionId client,
            long ttlSeconds,
            long pingSeconds,
            Optional<Payload> data,
            Optional<String> node,
            Channel personal,
            SubscribeReply reply,
            Map<Channel, SubscribeReply> added);

    Frame subscribe(long id, SubscribeReply reply);

    /** Makes the reply to a subscription to a channel without positions, from which nothing can be recovered. */
    Frame subscribe(long id);

    /**
     * Makes the push that subscribes a client on the server's side. Missed publications follow as pushes of their own.
     *
     * @param data the back end's data for the client
     */
    Frame subscribed(Channel channel, SubscribeReply reply, Optional<Payload> data);

    /** Makes the push that ends a subscription on the server's side. */
    Frame unsubscribed(Channel channel);

    /** Makes the push that tells a client when its connection ends now. */
    Frame refreshed(long ttlSeconds);

    Frame unsubscribe(long id);

    Frame publish(long id);

    Frame refresh(long id, ConnectionId client, long ttlSeconds);

    Frame rpc(long id, Payload data);

    Frame history(long id, StreamPosition top, List<Publication> publications);

    /** @param clients connections of the user who asks */
    Frame presence(long id, UserId user, List<ConnectionId> clients);

    /** Makes the reply to a ping of the client. */
    Frame pingReply(long id);

    /** @param code an error of the protocol, or one of the application's own */
    Frame error(long id, int code, String message, boolean temporary);

    default Frame error(long id, ErrorCode code) {
        return error(id, code, code.message());
    }

    /** @param message replaces the message of the code; says what is wrong and what the server expects */
    default Frame error(long id, ErrorCode code, String message) {
        return error(id, code.code(), message, code.temporary());
    }
}
