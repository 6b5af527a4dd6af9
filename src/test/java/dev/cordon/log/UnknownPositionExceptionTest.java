package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnknownPositionExceptionTest {
    @Test
    void saysWhatIsWrongWithThePosition() {
        assertThat(UnknownPositionException.beyondTheTop()).hasMessage("upto is beyond the channel's last publication");
        assertThat(UnknownPositionException.ofAnotherEpoch()).hasMessage("upto is of another epoch");
        assertThat(UnknownPositionException.gone())
                .hasMessage("the messages after this position are no longer retained");
    }
}
