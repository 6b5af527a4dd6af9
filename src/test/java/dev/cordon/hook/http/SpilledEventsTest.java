package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.upkeep.LogLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SpilledEventsTest {
    @TempDir
    private Path folder;

    private SpilledEvents events;

    @BeforeEach
    void begin() {
        events = new SpilledEvents(folder);
    }

    @AfterEach
    void close() {
        events.close();
    }

    private static StoredEvent event(String user) {
        return Hooks.stored(Kind.DISCONNECTED, user);
    }

    private void add(String... users) {
        for (String user : users) {
            assertThat(events.add(event(user))).isTrue();
        }
    }

    private List<Path> files() {
        try (Stream<Path> found = Files.list(folder)) {
            return found.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void comeBackInTheirOrderAndAsManyAsAreAskedFor() {
        add("a", "b", "c");
        List<StoredEvent> taken = new ArrayList<>();

        var lines = LogLines.of(SpilledEvents.class, () -> {
            taken.addAll(events.take(2));
            assertThat(events.count()).isEqualTo(1);
            add("d");
            taken.addAll(events.take(10));
        });

        assertThat(taken).containsExactly(event("a"), event("b"), event("c"), event("d"));
        assertThat(taken.get(3).json()).isEqualTo(event("d").json());
        assertThat(events.count()).isZero();
        assertThat(lines).isEmpty();
    }

    @Test
    void theFileIsThereWhileAnEventIsInIt() {
        assertThat(events.take(1)).isEmpty();
        add("a", "b");
        assertThat(files()).hasSize(1);

        assertThat(events.take(1)).hasSize(1);
        assertThat(files()).hasSize(1);
        assertThat(events.take(1)).hasSize(1);
        assertThat(files()).isEmpty();

        add("c");
        assertThat(events.take(1)).containsExactly(event("c"));
        add("d");
        events.close();
        assertThat(files()).isEmpty();
        assertThat(events.count()).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatIsRemovedTakesNoRoomOnTheDisk() throws IOException {
        add("a");
        assertThat(openFiles()).hasSize(1);

        assertThat(events.take(1)).hasSize(1);

        assertThat(openFiles()).isEmpty();
    }

    /** Files of the folder that this process holds open, removed ones included. */
    private List<String> openFiles() throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    open.add(Files.readSymbolicLink(descriptor).toString());
                } catch (NoSuchFileException e) {
                    // Another thread has closed it meanwhile.
                }
            }
        }
        open.removeIf(file -> !file.startsWith(folder.toString()));
        return open;
    }

    @Test
    void aDiskThatTakesNothingIsToldOnce() {
        SpilledEvents nowhere = new SpilledEvents(folder.resolve("missing"));

        var lines = LogLines.of(SpilledEvents.class, () -> {
            assertThat(nowhere.add(event("a"))).isFalse();
            assertThat(nowhere.add(event("b"))).isFalse();
        });

        assertThat(nowhere.count()).isZero();
        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.getParameters()[0])
                        .isEqualTo("Events of disconnects stay in memory: no file for them can be written to the"
                                + " temporary folder"));
    }

    @Test
    void eventsThatCannotBeReadAreGivenUpAndTold() throws IOException {
        add("a", "b", "c");
        assertThat(events.take(1)).hasSize(1);
        Files.write(files().get(0), new byte[0]);

        var lines = LogLines.of(
                SpilledEvents.class, () -> assertThat(events.take(10)).isEmpty());

        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.getParameters()[0])
                        .isEqualTo(
                                "2 events of disconnects are lost: their file in the temporary folder cannot be read"));
        assertThat(events.count()).isZero();
        assertThat(files()).isEmpty();
        add("d");
        assertThat(events.take(10)).containsExactly(event("d"));
    }

    @Test
    void aFileThatCannotBeRemovedDoesNoHarm() throws IOException {
        add("a");
        Path file = files().get(0);
        Files.delete(file);
        Files.createDirectories(file.resolve("in the way"));
        List<StoredEvent> taken = new ArrayList<>();

        var lines = LogLines.withDetails(SpilledEvents.class, () -> taken.addAll(events.take(1)));

        assertThat(taken).containsExactly(event("a"));
        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage()).isEqualTo("A file of events was not removed"));
    }
}
