package dev.cordon.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** For any input Cordon's scanner and a strict Jackson read the same fields at the same places, or both reject it. */
class JsonScannerPropertyTest {
    /** Bytes with a meaning in JSON, so that they come up more often than among random bytes. */
    private static final byte[] TELLING = "{}[],:\"\\/ \n\t\r0123456789-+.eEtrufalsn\0\u0001\u001f\u007fabu\u00e9\u20ac"
            .getBytes(StandardCharsets.UTF_8);

    @Property(tries = 500)
    @Label("F23 F26 documents are read as Jackson reads them")
    void readsDocumentsAsJacksonDoes(@ForAll("documents") String document) {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);

        assertThat(places(bytes)).as(document).isPresent().isEqualTo(JacksonFields.places(bytes));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    @Label("F26 documents with flaws are read or rejected as by Jackson")
    void judgesFlawedDocumentsAsJacksonDoes(@ForAll("documents") String document, @ForAll long seed) {
        byte[] sound = document.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(seed);

        for (int i = 0; i < 40; i++) {
            byte[] flawed = flawed(sound, random);
            assertThat(places(flawed)).as(() -> shown(flawed)).isEqualTo(JacksonFields.places(flawed));
        }
    }

    @Property(tries = 5_000)
    @Label("F26 any bytes are read or rejected as by Jackson")
    void judgesAnyBytesAsJacksonDoes(@ForAll @Size(max = 24) byte[] bytes) {
        assertThat(places(bytes)).as(() -> shown(bytes)).isEqualTo(JacksonFields.places(bytes));
    }

    @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE)
    @Label("F26 shreds of JSON are read or rejected as by Jackson")
    void judgesShredsAsJacksonDoes(@ForAll("shreds") String value) {
        byte[] bytes = ("{\"a\":" + value + "}").getBytes(StandardCharsets.UTF_8);

        assertThat(places(bytes)).as(() -> shown(bytes)).isEqualTo(JacksonFields.places(bytes));
    }

    private static Optional<Map<String, String>> places(byte[] document) {
        try {
            JsonFields fields = JsonFields.read(document);
            Map<String, String> places = new LinkedHashMap<>();
            for (String name : fields.names()) {
                int field = fields.offsets().find(name);
                places.put(
                        name,
                        fields.offsets().from(field) + "-" + fields.offsets().to(field));
            }
            return Optional.of(places);
        } catch (InvalidJsonException e) {
            return Optional.empty();
        }
    }

    /** One to three bytes changed, inserted or taken out, or the end cut off. */
    private static byte[] flawed(byte[] document, Random random) {
        byte[] now = document;
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(now.length + 1);
            byte other = random.nextInt(4) == 0 ? (byte) random.nextInt() : TELLING[random.nextInt(TELLING.length)];
            now = switch (random.nextInt(8)) {
                case 0 -> Arrays.copyOf(now, at);
                case 1, 2 -> spliced(now, at, Math.min(at + 1, now.length), null);
                case 3, 4 -> spliced(now, at, at, other);
                default -> spliced(now, at, Math.min(at + 1, now.length), other);
            };
        }
        return now;
    }

    private static byte[] spliced(byte[] of, int from, int to, @Nullable Byte with) {
        List<Byte> all = new ArrayList<>();
        for (int i = 0; i < from; i++) {
            all.add(of[i]);
        }
        if (with != null) {
            all.add(with);
        }
        for (int i = to; i < of.length; i++) {
            all.add(of[i]);
        }
        byte[] result = new byte[all.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = all.get(i);
        }
        return result;
    }

    private static String shown(byte[] document) {
        return new String(document, StandardCharsets.ISO_8859_1);
    }

    @Provide
    Arbitrary<String> documents() {
        Arbitrary<String> names = Arbitraries.oneOf(
                Json.anyString(), Arbitraries.of("\"a\"", "\"\\u0061\"", "\"é\"", "\"\\u00e9\"", "\"id\"", "\"data\""));
        Arbitrary<String> fields =
                net.jqwik.api.Combinators.combine(names, Json.anyValue()).as((name, value) -> name + ": " + value);
        return fields.list()
                .ofMaxSize(12)
                .map(all -> "{" + String.join(" ,", all) + "}\n")
                .filter(JsonScannerPropertyTest::readable);
    }

    /** A name may have been drawn twice. */
    private static boolean readable(String document) {
        return JacksonFields.places(document.getBytes(StandardCharsets.UTF_8)).isPresent();
    }

    @Provide
    Arbitrary<String> shreds() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "{}",
                        "[",
                        "]",
                        ",",
                        ":",
                        " ",
                        "\n",
                        "\"",
                        "\\",
                        "\\u",
                        "0",
                        "1",
                        "9",
                        "-",
                        "+",
                        ".",
                        "e",
                        "E",
                        "true",
                        "false",
                        "null",
                        "nul",
                        "\"a\"",
                        "\"a\":",
                        "\"\\u0061\":",
                        "\"b\":1",
                        "\"é\":",
                        "é",
                        "\u0001",
                        "/*",
                        "NaN",
                        "'")
                .list()
                .ofMaxSize(9)
                .map(all -> String.join("", all));
    }
}
