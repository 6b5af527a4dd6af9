package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.HandClock;
import dev.cordon.log.Retention;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How many round trips to the database a publish takes. */
class RoundTripsTest {
    private static final int KEPT = 4;
    private static final int PUBLISHERS = 64;
    private static final Payload DATA = Payload.json("{\"text\":\"" + "x".repeat(100) + "\"}");

    private TestDatabase database;
    private DatabaseProxy proxy;
    private JdbcUserLog log;

    @BeforeEach
    void open() {
        database = TestDatabase.postgres();
        String url = database.fresh();
        String port = url.replaceAll("^.*127\\.0\\.0\\.1:(\\d+)/.*$", "$1");
        proxy = new DatabaseProxy(Integer.parseInt(port));
        Retention retention = new Retention(KEPT, 1_000_000, Duration.ofMinutes(10), 1_000_000_000);
        log = database.open(url.replace(":" + port + "/", ":" + proxy.port() + "/"), () -> retention, new HandClock());
        log.append(Channel.parse("#warm"), DATA);
    }

    @AfterEach
    void close() {
        proxy.close();
        database.close();
    }

    /** Returns how many round trips the task made. */
    private long trips(Runnable task) {
        long before = proxy.roundTrips();
        task.run();
        return proxy.roundTrips() - before;
    }

    private static Append append(String channel, @Nullable String key) {
        return new Append(Channel.parse(channel), DATA, Optional.ofNullable(key));
    }

    @Test
    @DisplayName(
            "D3: a publish takes at most two round trips: to a new channel, to a full one, with a key, with a repeated one")
    void aPublishTakesAtMostTwoRoundTrips() {
        assertThat(trips(() -> log.append(Channel.parse("#bob"), DATA))).isLessThanOrEqualTo(2);
        assertThat(trips(() -> log.appendAll(List.of(append("#ann", "k1"))))).isLessThanOrEqualTo(2);
        assertThat(trips(() -> log.appendAll(List.of(append("#ann", "k1"))))).isLessThanOrEqualTo(2);
        for (int i = 0; i < 2 * KEPT; i++) {
            assertThat(trips(() -> log.append(Channel.parse("#bob"), DATA))).isLessThanOrEqualTo(2);
        }
        assertThat(log.stats().evictedByChannelLimit()).isEqualTo(KEPT + 1);
    }

    @Test
    @DisplayName("D3: a broadcast takes no more round trips than a publish")
    void aBroadcastTakesAtMostTwoRoundTrips() {
        List<Append> broadcast =
                IntStream.range(0, 200).mapToObj(i -> append("#user" + i, "k")).toList();
        assertThat(trips(() -> log.appendAll(broadcast))).isLessThanOrEqualTo(2);
        assertThat(trips(() -> log.appendAll(broadcast))).isLessThanOrEqualTo(2);
    }

    @Test
    @DisplayName(
            "D3: with the database 100 ms away, 64 publishers share their round trips, and no thread waits for any of them")
    void publishersShareTheirRoundTrips() throws Exception {
        proxy.delay(Duration.ofMillis(100));
        int each = 10;
        AtomicInteger done = new AtomicInteger();
        CompletableFuture<Void> all = new CompletableFuture<>();

        long trips = proxy.roundTrips();
        for (int i = 0; i < PUBLISHERS; i++) {
            publish("#user" + i, each, () -> {
                if (done.incrementAndGet() == PUBLISHERS) {
                    all.complete(null);
                }
            });
        }
        all.get(60, TimeUnit.SECONDS);

        assertThat(proxy.roundTrips() - trips).isLessThanOrEqualTo(PUBLISHERS * each / 10);
        assertThat(log.stats().appended()).isEqualTo(PUBLISHERS * each + 1);
    }

    /** One after the other, each once the one before is stored. */
    private void publish(String channel, int more, Runnable then) {
        if (more == 0) {
            then.run();
            return;
        }
        CompletionStage<List<Appended>> unused = log.appendLater(List.of(append(channel, null)))
                .whenComplete((appended, failure) -> publish(channel, more - 1, then));
    }
}
