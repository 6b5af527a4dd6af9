package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Append;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PendingAppendTest {
    private static Append append(String channel, Payload payload) {
        return new Append(Channel.parse(channel), payload, Optional.empty());
    }

    @Test
    void aBroadcastWritesItsPayloadForEachChannelAndHoldsItOnce() {
        Payload one = Payload.json("123");
        PendingAppend broadcast =
                new PendingAppend(List.of(append("#a", one), append("#b", one), append("#c", one)), 7);

        assertThat(broadcast.bytes()).isEqualTo(9);
        assertThat(broadcast.weight()).isEqualTo(3);
        assertThat(broadcast.channels()).containsExactlyInAnyOrder("#a", "#b", "#c");
        assertThat(broadcast.due()).isEqualTo(7);
    }

    @Test
    void equalPayloadsOfTheirOwnWeighEach() {
        PendingAppend batch =
                new PendingAppend(List.of(append("#a", Payload.json("123")), append("#a", Payload.json("123"))), 0);

        assertThat(batch.bytes()).isEqualTo(6);
        assertThat(batch.weight()).isEqualTo(6);
        assertThat(batch.channels()).containsExactly("#a");
    }

    @Test
    void aSingleAppendHasItsChannel() {
        PendingAppend single = new PendingAppend(List.of(append("#a", Payload.json("1"))), 0);

        assertThat(single.channels()).containsExactly("#a");
        assertThat(single.held()).isFalse();
        assertThat(single.result()).isNotDone();
    }
}
