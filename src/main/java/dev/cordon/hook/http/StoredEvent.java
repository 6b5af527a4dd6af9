package dev.cordon.hook.http;

import static dev.cordon.hook.http.HttpHookSettings.word;

import dev.cordon.hook.SessionEvent;
import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * An event as it is kept and posted: its JSON, and what a store needs to know of it. Immutable.
 *
 * @param id the same however often the event is posted. Of a disconnect it is made of the connection's id, so that there
 *     is one however many nodes tell it
 * @param at when it happened
 * @param client id of the connection
 */
public record StoredEvent(String id, Kind kind, Instant at, String client, Payload json) {
    /** Why the connections of a node have ended that was lost. */
    public static final Disconnect NODE_LOST = new Disconnect(3001, "the node was lost");

    private static final int USUAL_SIZE = 320;

    static StoredEvent of(SessionEvent event) {
        String client = event.client().connection().value();
        return of(
                event.kind() == Kind.DISCONNECTED ? disconnectOf(client) : event.id(),
                event.kind(),
                event.at(),
                client,
                event.client().user().value(),
                event.client().session().value(),
                event.channel().map(Channel::name),
                event.why());
    }

    private static StoredEvent of(
            String id,
            Kind kind,
            Instant at,
            String client,
            String user,
            String session,
            Optional<String> channel,
            Optional<Disconnect> why) {
        JsonWriter text = new JsonWriter(USUAL_SIZE);
        text.raw("{\"id\":").quoted(id);
        text.raw(",\"event\":").quoted(word(kind));
        text.raw(",\"time_ms\":").number(at.toEpochMilli());
        text.raw(",\"client\":").quoted(client);
        text.raw(",\"user\":").quoted(user);
        text.raw(",\"session\":").quoted(session);
        channel.ifPresent(name -> text.raw(",\"channel\":").quoted(name));
        why.ifPresent(end ->
                text.raw(",\"code\":").number(end.code()).raw(",\"reason\":").quoted(end.reason()));
        return new StoredEvent(id, kind, at, client, payload(text.raw("}").bytes()));
    }

    /**
     * Reads an event back.
     *
     * @throws InvalidJsonException if the bytes are not an event's
     */
    public static StoredEvent read(byte[] json) {
        JsonFields fields = JsonFields.read(json);
        return new StoredEvent(
                fields.string("id", ""),
                kind(fields.string("event", "")),
                Instant.ofEpochMilli(fields.integer("time_ms", 0)),
                fields.string("client", ""),
                payload(json));
    }

    private static Payload payload(byte[] json) {
        return Payload.copyOf(json, 0, json.length);
    }

    private static Kind kind(String word) {
        try {
            return Kind.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new InvalidJsonException("event is unknown");
        }
    }

    private static String disconnectOf(String client) {
        return client + "-disconnected";
    }

    /** The disconnect of the connection that this event is about, for the case that its node was lost. */
    public StoredEvent lost(Instant noticed) {
        JsonFields fields = JsonFields.read(json.toByteArray());
        return of(
                disconnectOf(client),
                Kind.DISCONNECTED,
                noticed,
                client,
                fields.string("user", ""),
                fields.string("session", ""),
                Optional.empty(),
                Optional.of(NODE_LOST));
    }

    /** Two events are equal if their ids are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof StoredEvent that && id.equals(that.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return json.text();
    }
}
