package dev.cordon.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** One input that has stopped a node, done again and again. Each runs on a thread of its own, from addresses of its own. */
interface Attack {
    /** The input's id, and what it is. */
    String name();

    /**
     * Does it once; takes some seconds.
     *
     * @param from where it comes from: a loopback address
     * @throws IOException when the node does not let it go on, which is what it should
     */
    void round(BesiegedNode node, InetAddress from) throws IOException;

    /** All of them. */
    static List<Attack> all() {
        return List.of(
                new HalfFrames(1024 * 1024),
                new HalfFrames(16 * 1024),
                new UsersHalfFrames(),
                new HalfHeads(1_500),
                new UnreadPages(),
                new UnreadPublishes(),
                new MadeUpTopics(),
                new FreshChannels(1, 20),
                new StalledPosts("D1 console", "console/api/x", ""),
                new StalledPosts("D2 publish", "api/publish", "X-API-Key: " + BesiegedNode.KEY + "\r\n"),
                new BlankTexts());
    }

    /** Time in which nothing is done. */
    static void pause(Duration span) {
        LockSupport.parkNanos(span.toNanos());
    }

    /** Opens some, as many as the node lets in, does something with each, and holds them for a while. */
    static void hold(int count, Opening opening, Duration span) {
        List<Line> lines = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                try {
                    lines.add(opening.open(i));
                } catch (IOException e) {
                    // Rejected: the limit of handshakes an address, or of the node. The next one may get in.
                    pause(Duration.ofMillis(5));
                }
            }
            pause(span);
        } finally {
            lines.forEach(Line::close);
        }
    }

    /** Opens one. */
    @FunctionalInterface
    interface Opening {
        Line open(int number) throws IOException;
    }
}
