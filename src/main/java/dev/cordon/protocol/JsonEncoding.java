package dev.cordon.protocol;

import dev.cordon.protocol.json.InvalidJsonException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The protocol as JSON: {@link CommandReader} and {@link FrameWriter}. */
final class JsonEncoding implements Encoding {
    @Override
    public boolean binary() {
        return false;
    }

    @Override
    public List<Command> read(byte[] bytes, int from, int to, int maxPayloadBytes, boolean keepConnectData) {
        try {
            return new CommandReader(maxPayloadBytes, keepConnectData).readValid(bytes, from, to);
        } catch (InvalidJsonException e) {
            throw new InvalidFrameException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Frame ping() {
        return FrameWriter.PING;
    }

    @Override
    public Frame push(Publication publication) {
        return FrameWriter.push(publication);
    }

    @Override
    public Frame push(Channel channel, Payload payload) {
        return FrameWriter.push(channel, payload);
    }

    @Override
    public Frame connect(
            long id,
            ConnectionId client,
            long ttlSeconds,
            long pingSeconds,
            Optional<Payload> data,
            Optional<String> node,
            Channel personal,
            SubscribeReply reply,
            Map<Channel, SubscribeReply> added) {
        return FrameWriter.connect(id, client, ttlSeconds, pingSeconds, data, node, personal, reply, added);
    }

    @Override
    public Frame subscribe(long id, SubscribeReply reply) {
        return FrameWriter.subscribe(id, reply);
    }

    @Override
    public Frame subscribe(long id) {
        return FrameWriter.subscribe(id);
    }

    @Override
    public Frame subscribed(Channel channel, SubscribeReply reply, Optional<Payload> data) {
        return FrameWriter.subscribed(channel, reply, data);
    }

    @Override
    public Frame unsubscribed(Channel channel) {
        return FrameWriter.unsubscribed(channel);
    }

    @Override
    public Frame refreshed(long ttlSeconds) {
        return FrameWriter.refreshed(ttlSeconds);
    }

    @Override
    public Frame unsubscribe(long id) {
        return FrameWriter.unsubscribe(id);
    }

    @Override
    public Frame publish(long id) {
        return FrameWriter.publish(id);
    }

    @Override
    public Frame refresh(long id, ConnectionId client, long ttlSeconds) {
        return FrameWriter.refresh(id, client, ttlSeconds);
    }

    @Override
    public Frame rpc(long id, Payload data) {
        return FrameWriter.rpc(id, data);
    }

    @Override
    public Frame history(long id, StreamPosition top, List<Publication> publications) {
        return FrameWriter.history(id, top, publications);
    }

    @Override
    public Frame presence(long id, UserId user, List<ConnectionId> clients) {
        return FrameWriter.presence(id, user, clients);
    }

    @Override
    public Frame pingReply(long id) {
        return FrameWriter.pingReply(id);
    }

    @Override
    public Frame error(long id, int code, String message, boolean temporary) {
        return FrameWriter.error(id, code, message, temporary);
    }
}
