package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.cordon.protocol.UserId;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CohortTest {
    private static final int ALICE = 36;
    private static final int BOB = 52;

    private static boolean moved(int share, String user) {
        return new MigrationSettings(share, false).moved(new UserId(user));
    }

    /** Of the ids that applications have: numbers in a row. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 50, 99})
    void aShareMovesAboutThatManyUsers(int share) {
        long moved = IntStream.range(0, 20_000)
                .filter(id -> moved(share, "user-" + id))
                .count();

        assertThat(moved / 200.0).isCloseTo(share, within(1.0));
    }

    @Test
    void nobodyHasMovedAtZeroAndEverybodyAtAHundred() {
        assertThat(IntStream.range(0, 1_000).filter(id -> moved(0, "u" + id))).isEmpty();
        assertThat(IntStream.range(0, 1_000).filter(id -> moved(100, "u" + id))).hasSize(1_000);
    }

    @Property(tries = 300)
    void aLargerShareOnlyAddsUsers(
            @ForAll @AlphaChars @StringLength(min = 1, max = 20) String user, @ForAll @IntRange(max = 99) int share) {
        if (moved(share, user)) {
            assertThat(moved(share + 1, user)).isTrue();
        }
    }

    /** A value that changes moves users of running systems back and forth. */
    @Test
    void theCohortOfAUserNeverChanges() {
        assertThat(Cohort.of(new UserId("alice"))).isEqualTo(ALICE);
        assertThat(Cohort.of(new UserId("bob"))).isEqualTo(BOB);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 101})
    void rejectsWhatIsNoShare(int share) {
        assertThatThrownBy(() -> new MigrationSettings(share, false))
                .hasMessage("cordon.migration.share is " + share + " but must be 0 to 100");
    }
}
