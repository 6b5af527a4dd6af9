package dev.cordon.payara;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
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
        "/h,h",
        "h,h",
        "health/live,health",
        "/x\\..\\health,health",
        "/;a/health,health",
        "/health\\,health",
        "/api/health,api",
        "/health/../api,api"
    })
    void theFirstSegmentIsTheOneThatTheContainerSees(String path, String segment) {
        assertThat(ContainerPages.firstSegment(path)).isEqualTo(segment);
    }

    @ParameterizedTest
    @DisplayName("S8: a path is a container's page if any reading says so: the container cuts at the first semicolon")
    @CsvSource({
        "/metrics,metrics",
        "/metrics;a/..;/x,metrics",
        "/health;a/..;/x,health",
        "/openapi;/../x,openapi",
        "/x/..;/metrics,metrics",
        "/x;/metrics,",
        ";/metrics,metrics",
        "/x,"
    })
    void findsAPageByAnyReadingOfThePath(String path, String name) {
        assertThat(ContainerPages.name(path)).isEqualTo(Optional.ofNullable(name));
    }
}
