package dev.cordon.console;

import dev.cordon.manager.Connection;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sends the node's view to the connections that are subscribed to {@code console#<operator>} and showed an operator's token themselves, while
 * that operator also asks the resource. It shows other users: nobody else can publish there, and no log keeps it. Run by one timer.
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
        Payload snapshot = Payload.json(Json.text(node.read()));
        for (Watcher watcher : watchers) {
            Frame push = FrameWriter.push(watcher.channel(), snapshot);
            watcher.connection().tell(watcher.channel(), push);
            watcher.connection().drain();
        }
    }

    /** One for which something waits gets the next snapshot: an old one is worth nothing. */
    private Stream<Watcher> watchers(UserId operator) {
        Channel channel = channel(operator);
        return factory.managersOf(operator).stream()
                .flatMap(manager -> manager.connections().stream())
                .filter(connection -> isFed(connection) && connection.queuedMessages() == 0)
                .map(connection -> new Watcher(connection, channel));
    }

    /** Whether it is an operator's who follows the feed. */
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
