package dev.cordon.console;

import dev.cordon.manager.Connection;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.JsonWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The live feed of the console: sends the {@link NodeView} to subscribers of {@code console#<operator>}.
 *
 * <p>The view shows other users. So a connection receives it only if it presented an operator's token itself, and only while that operator
 * also calls the HTTP resource. Nobody else can publish to this channel, and no log stores it. Run by one timer.
 */
public final class ConsoleFeed implements Runnable {
    public static final Duration PERIOD = Duration.ofSeconds(2);

    private final NodeView node;
    private final Operators operators;
    private final WebSocketManagerFactory factory;

    ConsoleFeed(NodeView node, Operators operators, WebSocketManagerFactory factory) {
        this.node = node;
        this.operators = operators;
        this.factory = factory;
    }

    @Override
    public void run() {
        List<Watcher> watchers =
                operators.now().stream().flatMap(this::watchers).toList();
        if (watchers.isEmpty()) {
            return;
        }
        Payload snapshot = Payload.json(JsonWriter.toJson(node.read()));
        for (Watcher watcher : watchers) {
            Connection connection = watcher.connection();
            connection.tell(watcher.channel(), connection.encoding().push(watcher.channel(), snapshot));
            connection.drain();
        }
    }

    /** The operator's subscribed connections with an empty queue. The others get a later snapshot instead of an old one. */
    private Stream<Watcher> watchers(UserId operator) {
        Channel channel = channel(operator);
        return factory.managersOf(operator).stream()
                .flatMap(manager -> manager.connections().stream())
                .filter(connection -> isFed(connection) && connection.queuedMessages() == 0)
                .map(connection -> new Watcher(connection, channel));
    }

    /** Whether the connection belongs to an operator and is subscribed to the feed. */
    static boolean isFed(Connection connection) {
        return connection
                .context()
                .filter(UserContext::operator)
                .filter(context -> connection.subscribed(channel(context.user())))
                .isPresent();
    }

    private record Watcher(Connection connection, Channel channel) {}

    static Channel channel(UserId operator) {
        return new Channel(Channel.CONSOLE, operator);
    }
}
