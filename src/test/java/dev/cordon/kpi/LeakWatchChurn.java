package dev.cordon.kpi;

import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.manager.WebSocketManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program in which fifty users leave and come back while the collector works. It prints the largest number of managers
 * that were taken for leaked, and what is logged once one really leaks. {@link LeakWatchTest} runs it with each collector.
 */
final class LeakWatchChurn {
    private static final int USERS = 50;
    private static final int ROUNDS = 400;
    private static final int OLD_COLLECTION_EVERY = 5;
    private static final int GARBAGE_BLOCKS = 2_000;
    private static final int BLOCK_BYTES = 8_192;

    private final TestNode node = new TestNode();
    private final LeakWatch leaks = new LeakWatch(this::now);
    private final List<byte[]> lives = new ArrayList<>();
    private List<Peer> peers = new ArrayList<>();
    private int round;

    public static void main(String[] arguments) {
        new LeakWatchChurn().run();
    }

    private void run() {
        node.factory.whenReleased(leaks::released);
        long most = 0;
        for (int i = 0; i < ROUNDS; i++) {
            most = Math.max(most, round());
        }
        System.out.println("false " + most + " testimonies " + leaks.testimonies());
        WebSocketManager held = node.factory
                .find(peers.get(0).connection().context().orElseThrow().key())
                .orElseThrow();
        long said = 0;
        for (int i = 0; i < ROUNDS && said == 0; i++) {
            said = round();
        }
        System.out.println("held " + said + " " + held.key().user());
    }

    /** A clock that advances by a minute each round. */
    private long now() {
        return TimeUnit.MINUTES.toNanos(round);
    }

    /** One round: all users leave, some time passes, and all return. */
    private long round() {
        round++;
        peers.forEach(Peer::leave);
        leaks.observe();
        garbage();
        peers = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            peers.add(node.connect("user" + user, "s" + round % 7));
        }
        garbage();
        if (round % OLD_COLLECTION_EVERY == 0) {
            System.gc();
        }
        leaks.observe();
        return leaks.leaked();
    }

    private void garbage() {
        for (int i = 0; i < GARBAGE_BLOCKS; i++) {
            byte[] block = new byte[BLOCK_BYTES];
            if (i % 100 == 0) {
                lives.add(block);
            }
        }
        if (lives.size() > GARBAGE_BLOCKS) {
            lives.subList(0, lives.size() / 2).clear();
        }
    }
}
