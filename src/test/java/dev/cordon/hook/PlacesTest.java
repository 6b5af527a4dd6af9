package dev.cordon.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private final HookCounters counters = new HookCounters();
    private final List<String> started = new ArrayList<>();

    private static Places places(int most, int perUser, HookCounters counters) {
        return new Places(new HookSettings(Duration.ofSeconds(1), most, perUser, 10, Set.of()), counters);
    }

    private Places.Entry entry(String user, boolean rpc, String name) {
        return new Places.Entry(new UserId(user), rpc) {
            @Override
            void start() {
                started.add(name);
            }
        };
    }

    @Test
    void atMostSoManyAreUnderWayOnTheNode() {
        Places places = places(4, 4, counters);

        List<Places.Entry> calls = IntStream.range(0, 6)
                .mapToObj(i -> entry("u" + i, false, "c" + i))
                .toList();
        calls.forEach(places::enter);

        assertThat(started).containsExactly("c0", "c1", "c2", "c3");
        assertThat(counters.inFlight.sum()).isEqualTo(4);
        assertThat(counters.waiting.sum()).isEqualTo(2);

        places.leave(calls.get(2));

        assertThat(started).endsWith("c4");
    }

    @Test
    void oneUsersCallsWaitBehindThatUsersWhileOthersGoFirst() {
        Places places = places(8, 2, counters);

        for (int i = 0; i < 5; i++) {
            places.enter(entry("slow", false, "slow" + i));
        }
        places.enter(entry("other", false, "other"));

        assertThat(started).containsExactly("slow0", "slow1", "other");
    }

    @Test
    void aQuarterIsKeptFromRpcs() {
        Places places = places(8, 8, counters);

        for (int i = 0; i < 8; i++) {
            places.enter(entry("u" + i, true, "rpc" + i));
        }
        places.enter(entry("late", false, "connect"));

        assertThat(started).containsExactly("rpc0", "rpc1", "rpc2", "rpc3", "rpc4", "rpc5", "connect");
    }

    @Test
    void rpcsThatWaitShutNobodyOut() {
        Places places = places(8, 8, counters);
        boolean taken = true;
        for (int i = 0; taken; i++) {
            taken = places.enter(entry("u" + i, true, "rpc" + i));
        }

        assertThat(places.enter(entry("late", false, "connect"))).isTrue();
        assertThat(started).hasSize(7).endsWith("connect");
    }

    @Test
    void aUsersRpcsTakeNothingFromThatUsersConnects() {
        Places places = places(8, 1, counters);

        places.enter(entry("ann", true, "rpc"));
        places.enter(entry("ann", false, "connect"));

        assertThat(started).containsExactly("rpc", "connect");
    }

    @Test
    void tooManyOfOneUserAreRejectedAndOthersAreNot() {
        Places places = places(8, 1, counters);
        for (int i = 0; i < 1 + Places.WAITING_PER_PLACE; i++) {
            assertThat(places.enter(entry("ann", true, "a" + i))).isTrue();
        }

        assertThat(places.enter(entry("ann", true, "over"))).isFalse();
        assertThat(places.enter(entry("bob", true, "bob"))).isTrue();
        assertThat(started).containsExactly("a0", "bob");
    }

    @Test
    void tooManyOnTheNodeAreRejected() {
        Places places = places(1, 1, counters);
        for (int i = 0; i < 1 + Places.WAITING_PER_PLACE; i++) {
            assertThat(places.enter(entry("u" + i, false, "c" + i))).isTrue();
        }

        assertThat(places.enter(entry("over", false, "over"))).isFalse();
        assertThat(places.users()).as("nothing is kept of it").isEqualTo(1 + Places.WAITING_PER_PLACE);
    }

    @Test
    void aCallThatIsGivenUpNeverStartsAndMakesRoom() {
        Places places = places(1, 1, counters);
        Places.Entry first = entry("ann", false, "first");
        Places.Entry second = entry("ann", false, "second");
        Places.Entry third = entry("bob", false, "third");
        places.enter(first);
        places.enter(second);
        places.enter(third);

        assertThat(places.giveUp(second)).isTrue();
        assertThat(places.giveUp(third)).isTrue();
        assertThat(places.giveUp(first)).as("under way").isFalse();
        places.leave(first);
        places.leave(first);

        assertThat(started).containsExactly("first");
        assertThat(places.users()).isZero();
        assertThat(counters.inFlight.sum()).isZero();
        assertThat(counters.waiting.sum()).isZero();
    }

    @Property(tries = 200)
    void theBoundsHoldAndNothingIsLeftWhateverHappens(@ForAll long seed) {
        HookCounters figures = new HookCounters();
        Places places = places(4, 2, figures);
        Random random = new Random(seed);
        List<Places.Entry> under = new ArrayList<>();
        List<Places.Entry> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            if (random.nextInt(3) > 0) {
                Places.Entry entry = new Places.Entry(new UserId("u" + random.nextInt(4)), random.nextBoolean()) {
                    @Override
                    void start() {
                        under.add(this);
                    }
                };
                if (places.enter(entry)) {
                    all.add(entry);
                }
            } else if (!all.isEmpty()) {
                Places.Entry entry = all.remove(random.nextInt(all.size()));
                if (under.remove(entry)) {
                    places.leave(entry);
                } else {
                    assertThat(places.giveUp(entry)).isTrue();
                }
            }
            assertThat(under).hasSizeLessThanOrEqualTo(4).hasSize((int) figures.inFlight.sum());
        }
        while (!all.isEmpty()) {
            Places.Entry entry = all.remove(0);
            if (under.remove(entry)) {
                places.leave(entry);
            } else {
                places.giveUp(entry);
            }
        }

        assertThat(under).isEmpty();
        assertThat(places.users()).isZero();
        assertThat(figures.inFlight.sum()).isZero();
        assertThat(figures.waiting.sum()).isZero();
    }

    @Test
    void tooManyRpcsOnTheNodeAreRejected() {
        Places places = places(1, 1, counters);
        for (int i = 0; i < 1 + Places.WAITING_PER_PLACE; i++) {
            assertThat(places.enter(entry("u" + i, true, "rpc" + i))).isTrue();
        }

        assertThat(places.enter(entry("over", true, "over"))).isFalse();
        assertThat(places.enter(entry("other", false, "connect")))
                .as("decisions wait apart")
                .isTrue();
    }

    @Test
    void givingUpACallThatWaitsLetsNoOtherOfItsUserPassTheBound() {
        Places places = places(8, 1, counters);
        Places.Entry first = entry("ann", false, "first");
        Places.Entry second = entry("ann", false, "second");
        places.enter(first);
        places.enter(second);
        places.enter(entry("ann", false, "third"));

        assertThat(places.giveUp(second)).isTrue();
        places.enter(entry("bob", false, "bob"));
        assertThat(started).containsExactly("first", "bob");

        places.leave(first);
        assertThat(started).containsExactly("first", "bob", "third");
    }

    @Test
    void aCallTakesTheTurnOfTheOneOfItsUserThatIsGivenUp() {
        Places places = places(1, 1, counters);
        Places.Entry first = entry("ann", false, "first");
        Places.Entry next = entry("bob", false, "next");
        places.enter(first);
        places.enter(next);
        places.enter(entry("bob", false, "after"));

        assertThat(places.giveUp(next)).isTrue();
        assertThat(started).as("no place is free").containsExactly("first");

        places.leave(first);
        assertThat(started).containsExactly("first", "after");
    }
}
