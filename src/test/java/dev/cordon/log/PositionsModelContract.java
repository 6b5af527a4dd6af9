package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Random walks over a {@link UserLog} with short times to live and little room, checked against each position it
 * returned. A read from a position returns everything that was published to the channel since, or says that it is
 * incomplete.
 */
public abstract class PositionsModelContract {
    private static final Duration TTL = Duration.ofSeconds(20);
    private static final Duration REMEMBERED = Duration.ofSeconds(60);
    private static final int CHANNELS = 4;

    /** Returns an empty log. */
    protected abstract UserLog open(Supplier<Retention> retention, Clock clock);

    /** A bound so low that publications and channels are evicted now and then. */
    protected abstract long totalMaxBytes();

    public sealed interface Step {
        record Append(int channel) implements Step {}

        record Ask(int channel) implements Step {}

        record Wait(int seconds) implements Step {}

        /** @param reader index of the channel that has a reader; {@code CHANNELS} when none has one */
        record Sweep(int reader) implements Step {}

        record Remove(int channel) implements Step {}
    }

    @Provide
    Arbitrary<List<Step>> walks() {
        Arbitrary<Integer> channels = Arbitraries.integers().between(0, CHANNELS - 1);
        Arbitrary<Step> append = channels.map(Step.Append::new);
        Arbitrary<Step> ask = channels.map(Step.Ask::new);
        Arbitrary<Step> wait = Arbitraries.integers().between(1, 40).map(Step.Wait::new);
        Arbitrary<Step> sweep = Arbitraries.integers().between(0, CHANNELS).map(Step.Sweep::new);
        Arbitrary<Step> remove = channels.map(Step.Remove::new);
        return Arbitraries.frequencyOf(
                        Tuple.of(6, append),
                        Tuple.of(4, ask),
                        Tuple.of(3, wait),
                        Tuple.of(3, sweep),
                        Tuple.of(1, remove))
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 500)
    @Label("L4: no read is called complete when a publication is lost, and no offset is given twice in an epoch")
    public void neverReportsALossAsComplete(@ForAll("walks") List<Step> walk) {
        play(walk, totalMaxBytes());
    }

    /** @param totalMaxBytes when above 2 GiB, no read may be called incomplete without need */
    protected final void play(List<Step> walk, long totalMaxBytes) {
        HandClock clock = new HandClock();
        Retention retention = new Retention(3, 10_000, TTL, totalMaxBytes, REMEMBERED);
        UserLog log = open(() -> retention, clock);
        List<Truth> truths = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            truths.add(new Truth(Channel.parse("#user" + i)));
        }
        for (Step step : walk) {
            if (step instanceof Step.Append append) {
                truths.get(append.channel()).append(log, clock.millis());
            } else if (step instanceof Step.Ask ask) {
                truths.get(ask.channel()).ask(log, clock.millis());
            } else if (step instanceof Step.Wait wait) {
                clock.advance(Duration.ofSeconds(wait.seconds()));
            } else if (step instanceof Step.Sweep sweep) {
                log.sweep(channel -> channel.name().equals("#user" + sweep.reader()));
            } else if (step instanceof Step.Remove remove) {
                log.remove(truths.get(remove.channel()).channel);
            }
            boolean room = totalMaxBytes > Integer.MAX_VALUE;
            truths.forEach(truth -> truth.check(log, clock.millis(), room));
        }
    }

    /** What was published to a channel, and which positions its readers were given. */
    private static final class Truth {
        /** @param seen how many publications there were when the position was given */
        private record Told(StreamPosition position, int seen, long at) {}

        private final Channel channel;
        private final List<Publication> all = new ArrayList<>();
        private final Set<StreamPosition> given = new HashSet<>();
        private final List<Told> told = new ArrayList<>();

        private Truth(Channel channel) {
            this.channel = channel;
        }

        void append(UserLog log, long now) {
            Appended appended = log.append(channel, UserLogContract.ofSize(20));
            StreamPosition at =
                    new StreamPosition(appended.epoch(), appended.publication().offset());
            assertThat(given.add(at)).as("%s is given once", at).isTrue();
            all.add(appended.publication());
            told.add(new Told(at, all.size(), now));
        }

        void ask(UserLog log, long now) {
            told.add(new Told(log.top(channel), all.size(), now));
        }

        /** @param room whether the log has so much room that it never evicts */
        void check(UserLog log, long now, boolean room) {
            for (Told each : told) {
                Backlog backlog = log.history(channel, Optional.of(each.position()), -1);
                List<Publication> since = all.subList(each.seen(), all.size());
                if (backlog.complete()) {
                    assertThat(backlog.publications())
                            .extracting(Publication::payload)
                            .hasSize(since.size());
                } else {
                    assertThat(backlog.publications()).isEmpty();
                    boolean young = now - each.at() < REMEMBERED.toMillis() / 2;
                    assertThat(room && since.isEmpty() && young)
                            .as("%s: nothing was published since", each.position())
                            .isFalse();
                }
            }
        }
    }
}
