package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** Checks the OpenAPI document at {@code /openapi} against the API itself. */
class OpenApiTest {
    private static final Map<String, Object> DOCUMENT = document();

    private static final Path SOURCES = Path.of("src/main/java/dev/cordon");

    private final ApiNode node = new ApiNode();

    @Test
    void describesEachMethodAndNoOther() {
        List<String> described = paths().map(OpenApiTest::method).toList();

        assertThat(described).containsExactlyInAnyOrderElementsOf(node.api.methods());
        assertThat(described.stream().map(method -> at(operation("/api/" + method), "operationId")))
                .containsExactlyElementsOf(described);
    }

    @ParameterizedTest
    @MethodSource("paths")
    void theExampleOfTheRequestFitsItsSchemaAndIsAccepted(String path) {
        Map<String, Object> request = map(operation(path), "requestBody", "content", "application/json");
        node.call("publish", "{\"channel\":\"#42\",\"data\":1}");
        String example = json(at(request, "example")).replace("\"offset\":7", "\"offset\":1");

        Answer answer = node.call(method(path), example);

        new JsonSchema(DOCUMENT).check(path, map(request, "schema"), at(request, "example"));
        assertThat(answer.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("paths")
    void theAnswerFitsItsSchemaAndHasTheFieldsOfTheExample(String path) {
        Map<String, Object> described = map(operation(path), "responses", "200", "content", "application/json");
        node.client("42", "laptop");
        node.call("publish", "{\"channel\":\"#42\",\"data\":{\"text\":\"hello\"}}");
        String request = json(at(operation(path), "requestBody", "content", "application/json", "example"))
                .replace(",\"since\":{\"offset\":7,\"epoch\":\"e1\"}", "");

        Object answer = new Yaml().load(text(node.call(method(path), request)));

        JsonSchema schemas = new JsonSchema(DOCUMENT);
        schemas.check(path, map(described, "schema"), answer);
        schemas.check(path, map(described, "schema"), at(described, "example"));
        assertThat(fields(answer)).isEqualTo(fields(at(described, "example")));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void rejectsARequestWithoutARequiredField(String path) {
        Map<String, Object> body = map(operation(path), "requestBody", "content", "application/json");
        Map<String, Object> schema = new JsonSchema(DOCUMENT).resolved(map(body, "schema"));
        for (Object required : list(schema, "required")) {
            Map<String, Object> example = new LinkedHashMap<>(map(body, "example"));
            example.remove(required);

            Answer answer = node.call(method(path), json(example));

            assertThat(answer.status()).as("%s without %s", path, required).isEqualTo(400);
            assertThat(text(answer)).contains(required + " is missing");
        }
    }

    @ParameterizedTest
    @MethodSource("paths")
    void acceptsARequestWithItsRequiredFieldsOnly(String path) {
        Map<String, Object> body = map(operation(path), "requestBody", "content", "application/json");
        Map<String, Object> schema = new JsonSchema(DOCUMENT).resolved(map(body, "schema"));
        Map<String, Object> example = new LinkedHashMap<>(map(body, "example"));
        List<Object> required = new ArrayList<>(list(schema, "required"));
        list(schema, "anyOf").stream()
                .limit(1)
                .forEach(first -> required.addAll(list(JsonSchema.map(first), "required")));
        example.keySet().retainAll(required);

        assertThat(node.call(method(path), json(example)).status()).isEqualTo(200);
    }

    @Test
    void anErrorFitsItsSchema() {
        Map<String, Object> error = map(DOCUMENT, "components", "responses", "Error", "content", "application/json");
        Object answer = new Yaml().load(text(node.call("publish", "{\"channel\":\"#42\"}")));

        assertThat(answer).isEqualTo(at(error, "example"));
        new JsonSchema(DOCUMENT).check("error", map(error, "schema"), answer);
    }

    @Test
    void namesEachStatusThatAnErrorMayHave() {
        String described = String.valueOf(at(DOCUMENT, "components", "responses", "Error", "description"));

        for (Rejected reason : Rejected.values()) {
            assertThat(described)
                    .contains(
                            String.valueOf(reason.status()), "(" + reason.code().code() + ")");
        }
    }

    @Test
    void listsEachCodeThatAnErrorMayHaveAndNoOther() throws IOException {
        Set<Object> codes = new TreeSet<>();
        for (Rejected reason : Rejected.values()) {
            codes.add(reason.code().code());
        }
        // Statuses that are answered before the API reads the request.
        Pattern rejected = Pattern.compile("(?:HttpFaultException|ErrorAnswer\\.\\w+|Rejection)\\(\\s*(\\d{3}),");
        List<String> sources =
                new ArrayList<>(List.of("payara/PartialHeads", "payara/ServingFilter", "payara/RequestGuard"));
        for (String folder : List.of("http", "payara/http")) {
            try (Stream<Path> http = Files.list(SOURCES.resolve(folder))) {
                http.forEach(file ->
                        sources.add(folder + "/" + file.getFileName().toString().replace(".java", "")));
            }
        }
        for (String source : sources) {
            rejected.matcher(Files.readString(SOURCES.resolve(source + ".java")))
                    .results()
                    .forEach(status -> codes.add(Integer.valueOf(status.group(1))));
        }

        assertThat(list(map(DOCUMENT, "components", "schemas", "Error", "properties", "code"), "enum"))
                .isEqualTo(List.copyOf(codes));
    }

    @Test
    @DisplayName("S9: an idempotency key counts per channel for all publishers, and the OpenAPI document says so")
    void s9_publishersShareTheIdempotencyKeysOfAChannel() {
        String request = "{\"channel\":\"#42\",\"data\":%d,\"idempotency_key\":\"order-1\"}";

        String first = text(publish("the-first-key", request.formatted(1)));
        String second = text(publish("the-second-key", request.formatted(2)));

        assertThat(second).isEqualTo(first);
        assertThat(String.valueOf(at(DOCUMENT, "components", "schemas", "IdempotencyKey", "description")))
                .contains("regardless of its sender")
                .contains("A key belongs to the channel");
    }

    private Answer publish(String key, String body) {
        return node.api.answer(new ApiRequest(
                "publish",
                Optional.of(key),
                Optional.empty(),
                Optional.empty(),
                body.length(),
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void boundsEqualTheLimitsInTheCode() {
        assertThat(at(DOCUMENT, "components", "schemas", "BroadcastRequest", "properties", "channels", "maxItems"))
                .isEqualTo(PublishMethods.MAX_CHANNELS);
        assertThat(at(DOCUMENT, "components", "schemas", "BatchRequest", "properties", "commands", "maxItems"))
                .isEqualTo(BatchMethod.MAX_COMMANDS);
        assertThat(at(DOCUMENT, "components", "schemas", "IdempotencyKey", "maxLength"))
                .isEqualTo(Parameters.MAX_KEY_BYTES);
    }

    @Test
    @DisplayName("H4: the document names no server of its own: the container adds the application's context root")
    void h4_namesNoServer() {
        assertThat(DOCUMENT).doesNotContainKey("servers");
        assertThat(map(DOCUMENT, "paths").keySet())
                .allMatch(path -> path.startsWith("/api/") || path.equals("/connection/ticket"));
    }

    private static String method(String path) {
        return path.substring("/api/".length());
    }

    static Stream<String> paths() {
        return map(DOCUMENT, "paths").keySet().stream().filter(path -> path.startsWith("/api/"));
    }

    private static Map<String, Object> operation(String path) {
        return map(DOCUMENT, "paths", path, "post");
    }

    /** Fields whose value has connection ids as names, or is a number. */
    private static final Set<String> BY_CONNECTION = Set.of("presence", "connections");

    /** Returns the names of fields at all levels, without those of {@link #BY_CONNECTION} and of each list the first only. */
    private static Object fields(Object value) {
        return value instanceof Map<?, ?> map
                ? map.entrySet().stream()
                        .collect(Collectors.toMap(
                                e -> e.getKey(), e -> BY_CONNECTION.contains(e.getKey()) ? "" : fields(e.getValue())))
                : value instanceof List<?> list && !list.isEmpty() ? List.of(fields(list.get(0))) : "";
    }

    private static String json(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(e -> "\"" + e.getKey() + "\":" + json(e.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(OpenApiTest::json).collect(Collectors.joining(",", "[", "]"));
        }
        return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    }

    private static Map<String, Object> document() {
        InputStream yaml = OpenApiTest.class.getResourceAsStream("/META-INF/openapi.yaml");
        return new Yaml().load(yaml);
    }

    private static Map<String, Object> map(Map<String, Object> from, String... names) {
        return JsonSchema.map(at(from, names));
    }

    private static List<?> list(Map<String, Object> from, String name) {
        return from.get(name) instanceof List<?> list ? list : List.of();
    }

    private static Object at(Map<String, Object> from, String... names) {
        Object value = from;
        for (String name : names) {
            Object next = JsonSchema.map(value).get(name);
            if (next == null) {
                throw new AssertionError("no " + name + " in " + String.join(" ", names));
            }
            value = next;
        }
        return value;
    }
}
