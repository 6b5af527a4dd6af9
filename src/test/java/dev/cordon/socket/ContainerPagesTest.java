package dev.cordon.socket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerPagesTest {
    @ParameterizedTest
    @CsvSource({
        "/,''",
        "'',''",
        "/health,health",
        "/health/live,health",
        "//health,health",
        "/./health/,health",
        "/x/../health,health",
        "/../health,health",
        "/health;a=b/live,health",
        "/x/;c/..//metrics,metrics",
        "\\health,health",
        "/healthy,healthy",
        "/api/health,api",
        "/health/../api,api"
    })
    void theFirstSegmentIsTheOneThatTheContainerSees(String path, String segment) {
        assertThat(ContainerPages.firstSegment(path)).isEqualTo(segment);
    }
}
