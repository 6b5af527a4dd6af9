package dev.cordon.console;

import dev.cordon.manager.Cork;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.UserId;
import dev.cordon.publish.Publisher;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Publishes the node's view to {@code console#<operator>} over Cordon itself, while somebody is subscribed there who showed an operator's token
 * to the resource. An ordinary publication: counted, kept and bounded as any other. Run by one timer.
 */
public final class ConsoleFeed implements Runnable {
    public static final Duration PERIOD = Duration.ofSeconds(2);

    private static final String TOPIC = "console";

    private final NodeView node;
    private final Operators operators;
    private final WebSocketManagerFactory factory;
    private final Publisher publisher;

    ConsoleFeed(NodeView node, Operators operators, WebSocketManagerFactory factory, Publisher publisher) {
        this.node = node;
        this.operators = operators;
        this.factory = factory;
        this.publisher = publisher;
    }

    @Override
    public void run() {
        List<Channel> watched = operators.now().stream()
                .map(ConsoleFeed::channel)
                .filter(factory::subscribed)
                .toList();
        if (watched.isEmpty()) {
            return;
        }
        Payload snapshot = Payload.json(Json.text(node.read()));
        try (Cork cork = new Cork()) {
            watched.forEach(channel -> publisher.publish(channel, snapshot, Optional.empty(), cork));
        }
    }

    static Channel channel(UserId operator) {
        return new Channel(TOPIC, operator);
    }
}
