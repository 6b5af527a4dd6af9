package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Checks that docs/rejections.md has the message of each rejected handshake as it stands in the code. */
class HandshakeRejectionsDocTest {
    private static final Pattern WORDS =
            Pattern.compile("(?:bad\\(|(?:malformed|new Rejection)\\(\\d+,|Rejected\\.\\w+,\\s*\\d+,)\\s*\"([^\"]+)\"");

    @Test
    @DisplayName("C4: docs/rejections.md has the message of each rejected handshake")
    void c4_documentHasEachMessage() throws IOException {
        String document = Files.readString(Path.of("docs/rejections.md"));
        List<String> words = new ArrayList<>();
        for (String source :
                List.of("gateway/Handshake", "gateway/Admission", "payara/ServingFilter", "endpoint/GatewaySockets")) {
            String code = Files.readString(Path.of("src/main/java/dev/cordon/" + source + ".java"));
            WORDS.matcher(code).results().forEach(each -> words.add(each.group(1)));
        }

        assertThat(words)
                .hasSizeGreaterThan(11)
                .allSatisfy(each -> assertThat(document).contains(each));
    }
}
