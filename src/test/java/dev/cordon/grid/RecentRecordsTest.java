package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RecentRecordsTest {
    private static final byte[] FIRST = {1};
    private static final byte[] SECOND = {2};
    private static final byte[] OTHERS = {3};

    private final RecentRecords records = new RecentRecords(2);

    @Test
    @DisplayName("a record is given out when this node made it, or has written it twice with nobody between")
    void givesOutWhatNobodyElseWrites() {
        records.wrote("a", null, FIRST, null);
        assertThat(records.get("a").orElseThrow().record()).isEqualTo(FIRST);

        records.wrote("a", FIRST, SECOND, FIRST);
        assertThat(records.get("a").orElseThrow().record()).isEqualTo(SECOND);
        assertThat(records.get("a").orElseThrow().mark()).isEqualTo(FIRST);

        records.wrote("a", OTHERS, FIRST, null);
        assertThat(records.get("a")).isEmpty();
        records.wrote("a", FIRST.clone(), SECOND, null);
        assertThat(records.get("a").orElseThrow().record()).isEqualTo(SECOND);
    }

    @Test
    void forgetsWhatFailed() {
        records.wrote("a", null, FIRST, null);
        records.forget("a");
        records.wrote("a", FIRST, SECOND, null);

        assertThat(records.get("a")).isEmpty();
    }

    @Test
    void forgetsTheOneThatWasUsedLongestAgo() {
        records.wrote("a", null, FIRST, null);
        records.wrote("b", null, FIRST, null);
        assertThat(records.get("a")).isPresent();
        records.wrote("c", null, FIRST, null);

        assertThat(records.get("b")).isEmpty();
        assertThat(records.get("a")).isPresent();
    }
}
