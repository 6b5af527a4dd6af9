package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;

/** Appends of two threads a node to the same channels, while something happens to the grid, and the verdict on the log. */
final class GridLoad implements AutoCloseable {
    private static final int THREADS = 2;

    private final List<Channel> channels =
            IntStream.range(0, 12).mapToObj(i -> Channel.parse("#user" + i)).toList();
    private final Map<Channel, StreamPosition> starts = new HashMap<>();
    private final Map<String, Appended> stored = new ConcurrentHashMap<>();
    private final List<AtomicInteger> counts = new ArrayList<>();
    private final List<Future<?>> writers = new ArrayList<>();
    private final ExecutorService threads;
    private volatile boolean ended;

    GridLoad(List<GridUserLog> nodes) {
        threads = Executors.newFixedThreadPool(THREADS * nodes.size());
        channels.forEach(channel -> starts.put(channel, nodes.get(0).top(channel)));
        for (int n = 0; n < nodes.size(); n++) {
            counts.add(new AtomicInteger());
            for (int thread = 0; thread < THREADS; thread++) {
                int writer = n * THREADS + thread;
                int node = n;
                writers.add(threads.submit(() -> append(nodes.get(node), writer, counts.get(node))));
            }
        }
    }

    private void append(GridUserLog node, int writer, AtomicInteger count) {
        for (int i = 0; !ended; i++) {
            Channel channel = channels.get((writer + i) % channels.size());
            String text = writer + "." + i;
            try {
                stored.put(text, node.append(channel, Payload.json('"' + text + '"')));
                count.incrementAndGet();
            } catch (LogUnavailableException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    /**
     * Waits until a node has stored so many more.
     *
     * @param node its place in the list
     */
    void awaitMore(int node, int more) {
        int from = counts.get(node).get();
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> counts.get(node).get() >= from + more);
    }

    /** Ends the appends, and asserts that the log has all that were answered, in order and once, in the first epoch. */
    void assertThatNothingIsLost(GridUserLog reader) throws Exception {
        ended = true;
        for (Future<?> writer : writers) {
            writer.get(60, TimeUnit.SECONDS);
        }
        Set<String> read = new HashSet<>();
        for (Channel channel : channels) {
            Backlog all = reader.history(channel, Optional.empty(), -1);
            long last = all.top().offset();
            long before = last - all.publications().size();
            assertThat(all.top().epoch())
                    .isEqualTo(Objects.requireNonNull(starts.get(channel)).epoch());
            assertThat(all.publications())
                    .extracting(Publication::offset)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(before + 1, last).boxed().toList());
            Map<Long, Publication> byOffset = new HashMap<>();
            all.publications().forEach(each -> {
                byOffset.put(each.offset(), each);
                assertThat(read.add(each.payload().text())).as("stored once").isTrue();
            });
            List<Publication> answered = stored.values().stream()
                    .map(Appended::publication)
                    .filter(each -> each.channel().equals(channel))
                    .toList();
            assertThat(answered)
                    .extracting(Publication::offset)
                    .doesNotHaveDuplicates()
                    .allMatch(offset -> offset <= last);
            answered.stream()
                    .filter(each -> each.offset() > before)
                    .forEach(each -> assertThat(byOffset.get(each.offset())).isEqualTo(each));
        }
    }

    @Override
    public void close() {
        ended = true;
        threads.shutdownNow();
    }
}
