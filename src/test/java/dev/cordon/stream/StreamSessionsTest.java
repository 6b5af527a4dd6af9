package dev.cordon.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StreamSessionsTest {
    private final StreamSessions sessions = new StreamSessions(Optional.empty());

    @Test
    @DisplayName("a session has 192 random bits")
    void namesCannotBeGuessed() {
        String name = sessions.name();

        assertThat(name).matches("[A-Za-z0-9_-]{32}").isNotEqualTo(sessions.name());
    }
}
