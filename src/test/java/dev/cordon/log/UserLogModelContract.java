package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Random walks over a {@link UserLog} beside a model that keeps all: the log never calls a partial read complete. */
public abstract class UserLogModelContract {
    private static final Retention RETENTION = new Retention(4, 300, Duration.ofSeconds(60), 1_000_000);

    /** Returns an empty log. */
    protected abstract UserLog open(Supplier<Retention> retention, Clock clock);

    /** Whether the log stores an acknowledgement of offset 0 in a channel without publications. */
    protected boolean keepsAcknowledgementsOfNothing() {
        return true;
    }

    public sealed interface Step {
        record Append(int channel, int size) implements Step {}

        record Wait(int seconds) implements Step {}

        record Remove(int channel) implements Step {}

        record Sweep(boolean inUse) implements Step {}

        record Follow(int channel, int session) implements Step {}

        /** @param back from the top; -1 lies beyond it */
        record Acknowledge(int channel, int session, int back) implements Step {}
    }

    @Provide
    Arbitrary<List<Step>> walks() {
        Arbitrary<Integer> channels = Arbitraries.integers().between(0, 2);
        Arbitrary<Step> append = Combinators.combine(
                        channels, Arbitraries.integers().between(10, 120))
                .as(Step.Append::new);
        Arbitrary<Step> wait = Arbitraries.integers().between(-5, 40).map(Step.Wait::new);
        Arbitrary<Step> remove = channels.map(Step.Remove::new);
        Arbitrary<Step> sweep = Arbitraries.of(true, false).map(Step.Sweep::new);
        Arbitrary<Integer> sessions = Arbitraries.integers().between(0, 1);
        Arbitrary<Step> follow = Combinators.combine(channels, sessions).as(Step.Follow::new);
        Arbitrary<Step> acknowledge = Combinators.combine(
                        channels, sessions, Arbitraries.integers().between(-1, 6))
                .as(Step.Acknowledge::new);
        return Arbitraries.frequencyOf(
                        Tuple.of(12, append),
                        Tuple.of(4, wait),
                        Tuple.of(1, remove),
                        Tuple.of(2, sweep),
                        Tuple.of(1, follow),
                        Tuple.of(4, acknowledge))
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 500)
    @Label("F20 a read is complete or says that it is not, and is never called incomplete without need")
    public void neverReturnsAPartialReadAsComplete(@ForAll("walks") List<Step> walk) {
        HandClock clock = new HandClock();
        UserLog log = open(() -> RETENTION, clock);
        Map<Channel, Model> models = new HashMap<>();

        for (Step step : walk) {
            take(step, log, models, clock);
            models.forEach((channel, model) -> model.compare(log, channel, clock.millis()));
            Ledger ledger = models.values().stream().map(Model::ledger).reduce(Ledger.EMPTY, Ledger::plus);
            assertThat(ledger.imbalance()).isZero();
            assertThat(log.ledger()).isEqualTo(ledger);
            assertThat(log.reconcile().total()).isEqualTo(ledger);
            assertThat(log.reconcile().imbalance()).isZero();
            LogStats stats = log.stats();
            assertThat(stats.publications())
                    .isEqualTo(stats.appended()
                            - stats.expired()
                            - stats.removed()
                            - stats.evictedByChannelLimit()
                            - stats.evictedByTotalLimit());
        }
    }

    private void take(Step step, UserLog log, Map<Channel, Model> models, HandClock clock) {
        if (step instanceof Step.Append append) {
            Channel channel = Channel.parse("#user" + append.channel());
            Appended appended = log.append(channel, UserLogContract.ofSize(append.size()));
            models.computeIfAbsent(channel, c -> new Model()).appended(appended.publication(), clock.millis());
        } else if (step instanceof Step.Wait wait) {
            clock.advance(Duration.ofSeconds(wait.seconds()));
        } else if (step instanceof Step.Remove remove) {
            Channel channel = Channel.parse("#user" + remove.channel());
            log.remove(channel);
            models.computeIfAbsent(channel, c -> new Model()).removed();
        } else if (step instanceof Step.Sweep sweep) {
            log.sweep(channel -> sweep.inUse());
            models.values().forEach(model -> model.swept(sweep.inUse(), clock.millis()));
        } else if (step instanceof Step.Follow follow) {
            Channel channel = Channel.parse("#user" + follow.channel());
            models.computeIfAbsent(channel, c -> new Model()).follow(log, channel, session(follow.session()));
        } else if (step instanceof Step.Acknowledge acknowledge) {
            Channel channel = Channel.parse("#user" + acknowledge.channel());
            models.computeIfAbsent(channel, c -> new Model())
                    .acknowledge(
                            log,
                            channel,
                            session(acknowledge.session()),
                            acknowledge.back(),
                            keepsAcknowledgementsOfNothing());
        }
    }

    private static SessionId session(int number) {
        return new SessionId("session" + number);
    }

    /** Everything ever appended to one channel, and which of it must still be there. */
    private static final class Model {
        private record Aged(Publication publication, long at) {}

        private final List<Publication> all = new ArrayList<>();
        private final List<Aged> kept = new ArrayList<>();
        /** Unknown to the log, from the start or since a sweep: its next offset may follow any forgotten channel's. */
        private boolean forgotten = true;

        private long youngest;
        private final Map<SessionId, Long> positions = new HashMap<>();
        private final Set<Long> acknowledged = new HashSet<>();
        private long expired;
        private long evicted;
        private long removed;

        void follow(UserLog log, Channel channel, SessionId session) {
            StreamPosition top = log.top(channel);
            long at = positions.computeIfAbsent(session, s -> top.offset());
            assertThat(log.follow(channel, session)).isEqualTo(new StreamPosition(top.epoch(), at));
        }

        void acknowledge(UserLog log, Channel channel, SessionId session, int back, boolean ofNothing) {
            StreamPosition top = log.top(channel);
            StreamPosition upto = new StreamPosition(top.epoch(), Math.max(0, top.offset() - back));
            if (upto.offset() > top.offset()) {
                assertThatThrownBy(() -> log.acknowledge(channel, session, upto))
                        .isInstanceOf(UnknownPositionException.class);
                return;
            }
            if (top.offset() == 0 && !ofNothing && !positions.containsKey(session)) {
                assertThat(log.acknowledge(channel, session, upto)).isEqualTo(top);
                return;
            }
            long at = positions.merge(session, upto.offset(), Math::max);
            kept.stream()
                    .map(aged -> aged.publication().offset())
                    .filter(offset -> offset <= upto.offset())
                    .forEach(acknowledged::add);
            assertThat(log.acknowledge(channel, session, upto)).isEqualTo(new StreamPosition(top.epoch(), at));
        }

        void removed() {
            removed += unacknowledged();
            kept.clear();
        }

        private long unacknowledged() {
            return kept.stream()
                    .filter(aged -> !acknowledged.contains(aged.publication().offset()))
                    .count();
        }

        /** The sums over all epochs of the channel. */
        Ledger ledger() {
            return new Ledger(all.size(), acknowledged.size(), unacknowledged(), expired, evicted, removed);
        }

        void appended(Publication publication, long now) {
            assertThat(publication.offset()).isGreaterThan(last());
            if (!forgotten) {
                assertThat(publication.offset()).isEqualTo(last() + 1);
            }
            forgotten = false;
            youngest = Math.max(youngest, now);
            all.add(publication);
            kept.add(new Aged(publication, youngest));
            while (kept.size() > RETENTION.maxPublications() || (bytes() > RETENTION.maxBytes() && kept.size() > 1)) {
                evicted += acknowledged.contains(kept.remove(0).publication().offset()) ? 0 : 1;
            }
        }

        void swept(boolean inUse, long now) {
            expire(now);
            if (kept.isEmpty() && !inUse && positions.isEmpty()) {
                forgotten = true;
                // The log forgets when it was last appended to as well: behind a clock that stepped back, its successor
                // is older.
                youngest = 0;
            }
        }

        private void expire(long now) {
            long before = unacknowledged();
            kept.removeIf(aged -> aged.at() <= now - RETENTION.timeToLive().toMillis());
            expired += before - unacknowledged();
        }

        private long last() {
            return all.isEmpty() ? 0 : all.get(all.size() - 1).offset();
        }

        private long bytes() {
            return kept.stream()
                    .mapToLong(aged -> aged.publication().payload().size())
                    .sum();
        }

        void compare(UserLog log, Channel channel, long now) {
            // Once the clock stepped back, an expired publication may or may not be there.
            // One that never expired must be.
            List<Publication> fresh = kept.stream()
                    .filter(aged -> aged.at() > now - RETENTION.timeToLive().toMillis())
                    .map(Aged::publication)
                    .toList();
            StreamPosition top = log.top(channel);
            for (int i = 0; i < 2; i++) {
                assertThat(log.acknowledged(channel, session(i)).map(StreamPosition::offset))
                        .isEqualTo(Optional.ofNullable(positions.get(session(i))));
            }
            if (forgotten) {
                assertThat(top.offset()).isGreaterThanOrEqualTo(last());
            } else {
                assertThat(top.offset()).isEqualTo(last());
            }
            for (long seen = 0; seen <= top.offset() + 1; seen++) {
                compare(log.readAfter(channel, new StreamPosition(top.epoch(), seen)), seen, fresh, top);
            }
            assertThat(log.history(channel, Optional.empty(), -1).publications())
                    .isEqualTo(fresh);
        }

        private void compare(Backlog backlog, long seen, List<Publication> fresh, StreamPosition top) {
            List<Publication> missed =
                    all.stream().filter(p -> p.offset() > seen).toList();
            assertThat(backlog.top()).isEqualTo(top);
            if (backlog.complete()) {
                assertThat(seen).isLessThanOrEqualTo(top.offset());
                assertThat(backlog.publications()).isEqualTo(missed);
            } else {
                assertThat(backlog.publications()).isEmpty();
                boolean justified =
                        seen > top.offset() || !fresh.containsAll(missed) || forgotten || seen < firstOfItsLife();
                assertThat(justified)
                        .as("incomplete after %d though %s is fresh", seen, fresh)
                        .isTrue();
            }
        }

        /** Lowest position from which the offsets run without a gap to the channel's last publication. */
        private long firstOfItsLife() {
            long first = last();
            for (int i = all.size() - 1; i > 0 && all.get(i - 1).offset() == first - 1; i--) {
                first--;
            }
            return first - 1;
        }
    }
}
