package dev.cordon.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.protobuf.ProtobufSchema;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the numbers of fields in docs/client.proto with the code, and with the SDK for Java. */
class ProtobufSchemasTest {
    private static final Pattern MESSAGE = Pattern.compile("(?m)^message (\\w+) \\{(\\}|[^}]*\\n\\})");
    private static final Pattern FIELD = Pattern.compile("(?m)^  [\\w<>, ]+? (\\w+) = (\\d+);");

    /** Numbers by the name of the message and of the field. */
    private static Map<String, Map<String, Integer>> file() throws IOException {
        Map<String, Map<String, Integer>> messages = new LinkedHashMap<>();
        Matcher message = MESSAGE.matcher(Files.readString(Path.of("docs/client.proto")));
        while (message.find()) {
            Map<String, Integer> fields = new LinkedHashMap<>();
            Matcher field = FIELD.matcher(message.group(2));
            while (field.find()) {
                fields.put(field.group(1), Integer.valueOf(field.group(2)));
            }
            messages.put(message.group(1), fields);
        }
        return messages;
    }

    private static List<ProtobufSchema> schemas() {
        List<ProtobufSchema> schemas = new ArrayList<>(ProtobufSchemas.BY_METHOD.values());
        schemas.add(ProtobufSchemas.COMMAND);
        schemas.add(ProtobufSchemas.POSITION);
        return schemas;
    }

    @Test
    void theReaderKnowsEachFieldOfTheFileByItsNumber() throws IOException {
        Map<String, Map<String, Integer>> file = file();

        for (ProtobufSchema schema : schemas()) {
            assertThat(file).containsKey(schema.message());
            requireNonNull(file.get(schema.message()))
                    .forEach((name, number) -> assertThat(schema.name(number))
                            .as(schema.message() + " " + number)
                            .isEqualTo(name));
        }
    }

    @Test
    void theFileHasEachFieldThatIsRead() throws IOException {
        Map<String, Map<String, Integer>> file = file();

        ProtobufSchemas.BY_METHOD.forEach((method, schema) -> {
            KnownFields known = requireNonNull(
                    method.equals("connect") ? CommandFields.CONNECT : CommandFields.BY_METHOD.get(method));
            assertThat(file.get(schema.message())).containsKeys(known.read().toArray(String[]::new));
        });
    }

    @Test
    void theNumbersAreThoseOfTheSdk() throws IOException {
        file().forEach((message, fields) -> fields.forEach((field, number) -> {
            if (!field.equals("flag")) {
                assertThat(number).as(message + "." + field).isEqualTo(inSdk(message, field));
            }
        }));
    }

    private static int inSdk(String message, String field) {
        try {
            return Class.forName(Protocol.class.getName() + "$" + message)
                    .getField(field.toUpperCase(Locale.ROOT) + "_FIELD_NUMBER")
                    .getInt(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(message + "." + field, e);
        }
    }
}
