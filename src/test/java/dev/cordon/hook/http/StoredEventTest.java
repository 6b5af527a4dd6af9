package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.protocol.json.InvalidJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoredEventTest {
    @ParameterizedTest
    @EnumSource
    void isReadBackAsItWas(Kind kind) {
        StoredEvent event = Hooks.stored(kind, "ann");

        StoredEvent read = StoredEvent.read(event.json().toByteArray());

        assertThat(read).usingRecursiveComparison().isEqualTo(event);
        assertThat(read.toString()).isEqualTo(event.json().text()).startsWith("{\"id\":\"" + event.id() + '"');
    }

    @Test
    void whatIsNoEventIsRejected() {
        byte[] other = "{\"id\":\"1\",\"event\":\"resumed\"}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> StoredEvent.read(other))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessageContaining("event is unknown");
    }

    @Test
    void theEndOfALostNodesConnectionIsTheOneThatTheNodeWouldHaveTold() {
        StoredEvent connected = Hooks.stored(Kind.CONNECTED, "ann");

        StoredEvent lost = connected.lost(Hooks.AT.plusSeconds(30));

        assertThat(lost).isEqualTo(Hooks.stored(Kind.DISCONNECTED, "ann")).isNotEqualTo(connected);
        assertThat(lost.kind()).isEqualTo(Kind.DISCONNECTED);
        assertThat(lost.at()).isEqualTo(Hooks.AT.plusSeconds(30));
        assertThat(lost.json().text())
                .isEqualTo("{\"id\":\"c-ann-disconnected\",\"event\":\"disconnected\",\"time_ms\":1893456030000,"
                        + "\"client\":\"c-ann\",\"user\":\"ann\",\"session\":\"laptop\","
                        + "\"code\":3001,\"reason\":\"the node was lost\"}");
    }

    @Test
    void eventsAreEqualByTheirIds() {
        StoredEvent event = Hooks.stored(Kind.CONNECTED, "ann");
        StoredEvent later =
                new StoredEvent(event.id(), event.kind(), Hooks.AT.plusSeconds(1), event.client(), event.json());

        assertThat(later).isEqualTo(event).isNotEqualTo(Hooks.stored(Kind.CONNECTED, "bob"));
        assertThat(Set.of(event)).contains(later);
        assertThat(event.hashCode()).isEqualTo(event.id().hashCode());
    }
}
