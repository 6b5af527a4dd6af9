package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.kpi.DocTable;
import dev.cordon.protocol.Disconnect;
import dev.cordon.websocket.WireFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Checks the documents' tables of close codes against the code; {@code -Dmetrics.doc.write=true} writes that of docs/architecture.md anew. */
class CloseCodesDocTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/cordon");

    private static final String HEAD =
            "| code | reason | the SDK | constant | classes that decide it |\n| --- | --- | --- | --- | --- |\n";

    /** Classes that name close codes but close nothing; {@code legacy} is no part of a node. */
    private static final List<String> NO_DECIDERS = List.of("kpi/CloseMetrics", "console/ClosedConnections");

    /** @param constant as other classes write it */
    private record Close(int code, String reason, String constant) {
        /** The SDK stops for the codes that are final, and for 1009. */
        String client() {
            boolean stops =
                    code == WireFault.TOO_BIG.code() || (code >= 3000 && new Disconnect(code, reason).isFinal());
            return stops ? "stops" : "reconnects";
        }
    }

    @Test
    @DisplayName("docs/architecture.md lists which classes close with which code")
    void theArchitectureListsTheClassesThatUseEachCloseCode() throws IOException {
        DocTable.holds(
                Path.of("docs/architecture.md"),
                HEAD,
                constants()
                        .sorted(Comparator.comparingInt(Close::code))
                        .map(each -> "| " + each.code() + " | " + each.reason() + " | " + each.client() + " | `"
                                + each.constant() + "` | " + deciders(each.constant()) + " |\n"));
    }

    @Test
    @DisplayName("docs/protocol.md lists each close code with each of its reasons, and no other")
    void theProtocolListsEachCloseCodeAndReason() throws IOException {
        String document = Files.readString(Path.of("docs/protocol.md"));
        List<String> listed = Pattern.compile("(?m)^\\| (\\d{4}) \\| ([^|]+) \\| (reconnects|stops) \\|")
                .matcher(document)
                .results()
                .map(row -> row.group(1) + " " + row.group(2) + ": " + row.group(3))
                .toList();

        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                constants(),
                                Stream.of(WireTransport.NO_ROOM, WireTransport.UNFINISHED)
                                        .map(each -> new Close(each.code(), each.reason(), "")))
                        .map(each -> each.code() + " " + each.reason() + ": " + each.client())
                        .toList());
    }

    private static Stream<Close> constants() {
        return Stream.concat(
                Arrays.stream(WireFault.values())
                        .map(fault -> new Close(fault.code(), fault.reason(), "WireFault." + fault.name())),
                Arrays.stream(Disconnect.class.getFields())
                        .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == Disconnect.class)
                        .map(CloseCodesDocTest::close));
    }

    private static Close close(Field field) {
        try {
            Disconnect value = (Disconnect) field.get(null);
            return new Close(value.code(), value.reason(), "Disconnect." + field.getName());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static String deciders(String constant) {
        Pattern named = Pattern.compile("\\b" + Pattern.quote(constant) + "\\b");
        try (Stream<Path> files = Files.walk(SOURCES)) {
            String all = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> named.matcher(text(file)).find())
                    .map(file -> SOURCES.relativize(file).toString().replace(".java", ""))
                    .filter(name -> !name.startsWith("legacy/") && !NO_DECIDERS.contains(name))
                    .sorted()
                    .map(name -> "`" + name + "`")
                    .collect(Collectors.joining(", "));
            return all.isEmpty() ? "none" : all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
