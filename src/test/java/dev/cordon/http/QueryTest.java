package dev.cordon.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryTest {
    @ParameterizedTest
    @CsvSource({
        "user=42,42",
        "a=b&user=4%202,4 2",
        "user=1&user=2,1",
        "us%65r=x+y,x y",
        "user=a=b,a=b",
        "user,''",
        "user=,''"
    })
    void findsTheFirstValue(String text, String value) {
        assertThat(new Query(text).value("user")).contains(value);
    }

    @ParameterizedTest
    @CsvSource({"''", "users=1", "user=%zz", "%zz=1"})
    void findsNoValueOfMissingOrMalformedParameters(String text) {
        assertThat(new Query(text).value("user")).isEmpty();
    }

    @Test
    void namesTheParametersInOrder() {
        assertThat(new Query("b=1&a=x=y&&us%65r&%zz=2&b=").names()).containsExactly("b", "a", "user", "b");
        assertThat(new Query("").names()).isEmpty();
    }

    @Test
    void readsAPairWithoutAName() {
        assertThat(new Query("=x").value("")).contains("x");
        assertThat(new Query("=x").value("=x")).isEmpty();
    }

    @Test
    void isEmptyWithoutAQuestionMark() {
        assertThat(Query.of(new FakeClient().request())).isEqualTo(new Query(""));
    }
}
