package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.upkeep.Duty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    /** A duty that never began is never reported as late, so no other check would notice. */
    @Test
    void beginsEachDutyOnce() throws IOException {
        String code = Files.readString(Path.of("src/main/java/dev/cordon/config/Lifecycle.java"));

        assertThat(Pattern.compile("of\\.every\\(Duty\\.(\\w+),")
                        .matcher(code)
                        .results()
                        .map((MatchResult call) -> Duty.valueOf(call.group(1))))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Duty.values())
                        .filter(duty -> duty != Duty.WATCH)
                        .toList());
        assertThat(code).containsOnlyOnce("of.watch(");
    }
}
