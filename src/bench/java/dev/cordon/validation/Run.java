package dev.cordon.validation;

import dev.cordon.legacy.LegacyManager;
import dev.cordon.legacy.MigrationAdapter;
import dev.cordon.legacy.MigrationCounters;
import dev.cordon.legacy.MigrationSettings;
import dev.cordon.legacy.SingletonWebSocketManager;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** One run: its options, what is measured, and the figures that later sections take up. Confined to one thread. */
final class Run {
    /** The singleton drops a connection whose write takes longer. */
    static final Duration SEND_TIMEOUT = Duration.ofSeconds(1);

    /** Everybody has moved, so that the adapter's own cost shows. */
    private static final MigrationSettings MOVED = new MigrationSettings(100, false);

    private final Options options;
    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private long foreign;
    private long checked;

    Run(Options options) {
        this.options = options;
    }

    /** What is compared, by the head of its column. */
    enum Subject {
        FACTORY("factory"),
        SINGLETON("legacy singleton"),
        ADAPTER("migration adapter");

        private final String label;

        Subject(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    Options options() {
        return options;
    }

    Node node() {
        return new Node(options.seed());
    }

    LegacyManager fresh(Subject subject) {
        return switch (subject) {
            case FACTORY -> node();
            case SINGLETON -> new SingletonWebSocketManager(SEND_TIMEOUT);
            case ADAPTER -> {
                Node node = node();
                yield new MigrationAdapter(
                        new SingletonWebSocketManager(SEND_TIMEOUT),
                        node.factory,
                        node.publisher,
                        () -> MOVED,
                        new MigrationCounters(),
                        Clock.systemUTC(),
                        System::nanoTime);
            }
        };
    }

    /** Every delivery of the run goes through here: how many were looked at, and how many were somebody else's. */
    void count(Ledger ledger) {
        checked += ledger.received.sum();
        foreign += ledger.foreign.sum();
    }

    long foreign() {
        return foreign;
    }

    long checked() {
        return checked;
    }

    <F extends Figure> F keep(String name, F figure) {
        figures.put(name, figure);
        return figure;
    }

    /** @throws IllegalArgumentException if no section has measured it */
    Figure figure(String name) {
        Figure figure = figures.get(name);
        if (figure == null) {
            throw new IllegalArgumentException("not measured: " + name);
        }
        return figure;
    }
}
