package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Bounds are twice what is measured, so that a build on another machine or JVM does not fail for a header's size. */
class ReadingAllocationTest {
    private final CommandReader reader = new CommandReader(64 * 1024);

    @Test
    void readsAPublishWithLittleGarbage() {
        String data = "{\"p\":\"" + "x".repeat(92) + "\"}";
        byte[] frame = ("{\"id\":9,\"publish\":{\"channel\":\"#bob\",\"data\":" + data + "}}")
                .getBytes(StandardCharsets.UTF_8);

        long bytes = Allocation.of(() -> reader.read(frame));

        System.out.println("allocated by reading a publish: " + bytes + " bytes");
        assertThat(bytes).isLessThan(1_200);
    }

    @Test
    void readsAPongWithNoGarbage() {
        byte[] frame = {'{', '}'};

        long bytes = Allocation.of(() -> reader.read(frame));

        System.out.println("allocated by reading a pong: " + bytes + " bytes");
        assertThat(bytes).isLessThan(16);
    }

    @Test
    void readsTextBeyondAsciiWithLittleGarbage() {
        byte[] frame =
                "{\"id\":9,\"publish\":{\"channel\":\"#bob\",\"data\":{\"é\":\"€\"}}}".getBytes(StandardCharsets.UTF_8);

        long bytes = Allocation.of(() -> reader.read(frame));

        System.out.println("allocated by reading text beyond ASCII: " + bytes + " bytes");
        assertThat(bytes).isLessThan(1_200);
    }
}
