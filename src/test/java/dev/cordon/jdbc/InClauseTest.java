package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InClauseTest {
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "2, 2", "3, 4", "4, 4", "5, 8", "500, 512"})
    void roundsTheNumberOfPlaceHoldersUpToAPowerOfTwo(int size, int places) {
        assertThat(InClause.rounded(size)).isEqualTo(places);
    }

    @Test
    void fillsTheRestWithTheLastValue() throws Exception {
        try (var connection = TestDatabase.connect(TestDatabase.h2().fresh());
                var select = InClause.prepare(
                        connection,
                        "SELECT x FROM SYSTEM_RANGE(1, 9) WHERE x IN (%s) AND x > ?",
                        List.of(2L, 5L, 7L))) {
            assertThat(select.getParameterMetaData().getParameterCount()).isEqualTo(5);
            select.setLong(InClause.next(List.of(2L, 5L, 7L)), 4);
            List<Long> found = new ArrayList<>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(row.getLong(1));
                }
            }

            assertThat(found).containsExactly(5L, 7L);
        }
    }
}
