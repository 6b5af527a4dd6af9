package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildCommitTest {
    private static final String COMMIT = "02a8eb9c1d7e5f30b6a4d2c8e9f01a3b5c7d9e1f";

    private static String from(String file) throws IOException {
        return BuildCommit.from(new ByteArrayInputStream(file.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void namesTheCommit() throws IOException {
        assertThat(from("commit=" + COMMIT + "\n")).isEqualTo(COMMIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "commit=\n", "commit=unknown\n", "commit=${cordon.commit}\n", "commit=null\n"})
    void commitIsUnknownWithoutARepository(String file) throws IOException {
        assertThat(from(file)).isEqualTo("unknown");
    }

    @Test
    void commitIsUnknownWithoutTheFile() throws IOException {
        assertThat(BuildCommit.from(null)).isEqualTo("unknown");
    }
}
