package dev.cordon.cluster;

import dev.cordon.manager.Connection;
import dev.cordon.manager.WebSocketManager;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** The connections of a channel's owner that are subscribed to the channel, on all nodes. Thread-safe. */
public final class Presence {
    /** The kind of its question; the text is the channel's name. */
    public static final String KIND = "presence";

    /** Most connections of an answer. */
    private static final int MAX_CONNECTIONS = 100_000;

    /** Most questions at once that owners ask. */
    static final int MAX_OF_OWNERS = 4;

    private final String node;
    private final WebSocketManagerFactory factory;
    private final OtherNodes others;
    private final Set<UserId> asking = ConcurrentHashMap.newKeySet();
    private final Semaphore roomOfOwners = new Semaphore(MAX_OF_OWNERS);

    /**
     * A connection that is subscribed.
     *
     * @param node id of the node that serves it
     */
    public record Present(String node, ConnectionId client, SessionId session) {}

    /** @param node id of this node */
    public Presence(String node, WebSocketManagerFactory factory, OtherNodes others) {
        this.node = node;
        this.factory = factory;
        this.others = others;
    }

    /** Whether {@link #of} may wait for other nodes. */
    public boolean waits() {
        return others.waits();
    }

    /**
     * Lists the connections on all nodes, those of this node first.
     *
     * @throws UnansweredException if a node did not answer: a part would look like the whole
     * @throws dev.cordon.log.LogUnavailableException if the other nodes could not be asked
     */
    public List<Present> of(Channel channel) {
        List<Present> present = new ArrayList<>(here(channel));
        if (others.waits()) {
            others.ask(KIND, channel.toString()).all().forEach((from, text) -> present.addAll(read(from, text)));
        }
        return present;
    }

    /**
     * As {@link #of}, asked by the owner over a socket. One question of an owner at a time and {@link #MAX_OF_OWNERS} of
     * all owners, so that users leave room for back ends and operators.
     *
     * @throws UnansweredException also if too many are under way
     */
    public List<Present> askedByOwner(Channel channel) {
        if (!others.waits()) {
            return of(channel);
        }
        if (!asking.add(channel.owner())) {
            throw new UnansweredException("the user's presence is being asked already");
        }
        try {
            if (!roomOfOwners.tryAcquire()) {
                throw new UnansweredException("too many users ask for their presence");
            }
            try {
                return of(channel);
            } finally {
                roomOfOwners.release();
            }
        } finally {
            asking.remove(channel.owner());
        }
    }

    private List<Present> here(Channel channel) {
        List<Present> present = new ArrayList<>();
        for (WebSocketManager manager : factory.managersOf(channel.owner())) {
            for (Connection connection : manager.connections()) {
                if (connection.subscribed(channel)) {
                    present.add(new Present(node, connection.id(), manager.key().session()));
                }
            }
        }
        return present;
    }

    /** The answer to the question of another node. */
    public String answer(String channel) {
        JsonWriter writer = new JsonWriter(256);
        String separator = "{\"clients\":[";
        for (Present each : here(Channel.parse(channel))) {
            writer.raw(separator)
                    .raw("{\"client\":")
                    .quoted(each.client().value())
                    .raw(",\"session\":")
                    .quoted(each.session().value())
                    .raw("}");
            separator = ",";
        }
        return writer.raw(separator.equals(",") ? "]}" : "{}").asString();
    }

    private static List<Present> read(String from, String text) {
        return JsonFields.read(text.getBytes(StandardCharsets.UTF_8)).objects("clients", MAX_CONNECTIONS).stream()
                .flatMap(List::stream)
                .map(each -> new Present(
                        from, new ConnectionId(each.string("client", "")), new SessionId(each.string("session", ""))))
                .toList();
    }
}
