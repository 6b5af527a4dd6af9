package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.client.AgentEvent;
import dev.cordon.protocol.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/**
 * Holds the node's check and the Java client's builder to the schema that the node serves. {@code agentEvents.test.js}
 * holds the document and {@code js/agentEvents.js} to it.
 */
class AgentEventsTest {
    private static final Map<String, Object> SCHEMA = schema();
    private static final Instant AT = Instant.parse("2030-01-02T03:04:05.678999Z");

    private final ApiNode node = new ApiNode();

    /** A JSON document is a YAML document. */
    private static Map<String, Object> schema() {
        try {
            return new Yaml().load(Files.readString(Path.of("webapp/schema/agent-events.json")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<String> built() {
        return Stream.of(
                        AgentEvent.started("r1", "researcher"),
                        AgentEvent.thinking("r1", "researcher", "look \"it\" up\n"),
                        AgentEvent.toolExecuting("r1", "researcher", "c1", "search", "{\"q\":\"weather\"}"),
                        AgentEvent.toolCompleted("r1", "researcher", "c1", "search", true, "null"),
                        AgentEvent.toolCompleted("r1", "forscher-ä", "c1", "search", false, "[\"ü\"]"),
                        AgentEvent.completed("r1", "researcher", true, "\"done\"", Duration.ofMillis(1200)))
                .map(event -> event.at(AT).json());
    }

    private String publish(String data) {
        return text(node.call("publish", "{\"channel\":\"#42\",\"data\":" + data + ",\"validate\":\"agent-events\"}"));
    }

    @ParameterizedTest
    @MethodSource("built")
    @DisplayName("what the Java client builds fits the schema, the node takes it, and delivers it unchanged")
    void takesWhatTheClientBuilds(String data) {
        assertThat(fits(new Yaml().load(data))).isTrue();
        assertThat(publish(data)).contains("\"offset\":1");
        assertThat(text(node.call("history", "{\"channel\":\"#42\",\"limit\":-1}")))
                .contains("\"data\":" + data);
        assertThat(data).contains("\"at\":\"2030-01-02T03:04:05.678Z\"");
    }

    /** Events of each type, each with one thing wrong, or right in an unusual way. */
    static Stream<String> changed() {
        return built().flatMap(data -> {
            Map<String, Object> event = new Yaml().load(data);
            Stream<String> changed = event.keySet().stream()
                    .flatMap(name -> Stream.of(
                                    null,
                                    "\"\"",
                                    "\"x\"",
                                    "7",
                                    "7.0",
                                    "7.5",
                                    "-1",
                                    "1e3",
                                    "9007199254740993",
                                    "true",
                                    "null",
                                    "{}",
                                    "[]",
                                    "\"2030-01-01T00:00:00Z\"",
                                    "\"2030-01-01T00:00:00.5+01:00\"",
                                    "\"2030-13-01T00:00:00Z\"",
                                    "\"2030-01-01\"",
                                    "\"2030-01-01T00:00:00Z\\n\"")
                            .map(value -> json(event, name, value)));
            return Stream.concat(changed, Stream.of(json(event, "extra", "1"), json(event, "Agent", "\"x\"")));
        });
    }

    private static String json(Map<String, Object> event, String name, @Nullable String value) {
        Map<String, String> fields = new LinkedHashMap<>();
        event.forEach((each, of) -> fields.put(each, JsonWriter.toJson(of == null ? "" : of)));
        if (value == null) {
            fields.remove(name);
        } else {
            fields.put(name, value);
        }
        return fields.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    @Test
    @DisplayName("the node takes what fits the schema and rejects the rest with 107 and a line that names the field")
    void agreesWithTheSchema() {
        changed().forEach(this::agreesWithTheSchema);
    }

    private void agreesWithTheSchema(String data) {
        Object parsed = new Yaml().load(data.replace("1e3", "1000").replace("7.0", "7"));

        String answer = publish(data);

        assertThat(answer.contains("\"offset\"")).as(data).isEqualTo(fits(parsed));
        if (!fits(parsed)) {
            assertThat(answer).startsWith("{\"error\":{\"code\":107,\"message\":\"data is no agent event: ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7|data must be an object",
                "null|type must be one of agent_started, agent_thinking, tool_executing, tool_completed, agent_completed",
                "{}|type must be one of agent_started, agent_thinking, tool_executing, tool_completed, agent_completed",
                "{'type':7}|type must be a string",
                "{'type':'agent_started','run_id':'r','at':'2030-01-01T00:00:00Z'}|agent_started needs agent",
                "{'type':'agent_started','run_id':'','agent':'a','at':'2030-01-01T00:00:00Z'}|agent_started.run_id must be a text of one character or more",
                "{'type':'agent_started','run_id':'r','agent':'a','at':'today'}|agent_started.at must be a time such as 2030-01-01T00:00:00Z",
                "{'type':'agent_started','run_id':'r','agent':'a','at':'2030-01-01T00:00:00Z','agnt':1}|agent_started has no field agnt: did you mean agent?",
                "{'type':'agent_completed','run_id':'r','agent':'a','at':'2030-01-01T00:00:00Z','ok':1,'result':1,'duration_ms':1}|agent_completed.ok must be true or false",
                "{'type':'agent_completed','run_id':'r','agent':'a','at':'2030-01-01T00:00:00Z','ok':true,'result':1,'duration_ms':1.5}|agent_completed.duration_ms must be a whole number, 0 or more",
                "{'type':'agent_completed','run_id':'r','agent':'a','at':'2030-01-01T00:00:00Z','ok':true,'result':1,'duration_ms':1e99999999999}|agent_completed.duration_ms must be a whole number, 0 or more",
            },
            quoteCharacter = '"')
    void namesTheField(String data, String why) {
        assertThat(publish(data.replace('\'', '"')))
                .isEqualTo("{\"error\":{\"code\":107,\"message\":\"data is no agent event: " + why + "\"}}");
        assertThat(node.log.stats().appended()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publish {\"channel\":\"#42\",\"data\":1,\"validate\":\"agent-events\"}",
                "publish {\"channel\":\"#42\",\"data\":1,\"idempotency_key\":\"k\",\"validate\":\"agent-events\"}",
                "publish {\"channel\":\"#42\",\"data\":1,\"idempotency_key\":\"\",\"validate\":\"agent-events\"}",
                "publish {\"channel\":\"#42\",\"data\":1,\"validate\":\"agent-event\"}",
                "publish {\"channel\":\"#42\",\"data\":1,\"validate\":true}",
                "broadcast {\"channels\":[\"#42\"],\"data\":1,\"validate\":\"agent-events\"}",
                "broadcast {\"channels\":[\"#42\"],\"data\":1,\"idempotency_key\":\"k\",\"validate\":\"agent-events\"}"
            })
    void rejectsWhatDoesNotFit(String command) {
        String[] parts = command.split(" ", 2);

        Answer answer = node.call(parts[0], parts[1]);
        Answer inBatch = node.call("batch", "{\"commands\":[{\"" + parts[0] + "\":" + parts[1] + "}]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(text(answer)).contains("\"code\":107");
        assertThat(text(inBatch)).contains("\"code\":107");
        assertThat(node.log.stats().appended()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"channel\":\"#42\",\"data\":1}",
                "{\"channel\":\"#42\",\"data\":1,\"validate\":\"\"}",
                "{\"channel\":\"#42\",\"data\":1,\"validate\":null}",
                "{\"channel\":\"#42\",\"data\":1,\"idempotency_key\":\"k\",\"b64data\":\"\"}"
            })
    void checksNothingUnlessAsked(String publish) {
        assertThat(node.call("publish", publish).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("the builder rejects empty texts, what is not one JSON value, and times that have no such form")
    void theBuilderRejectsWhatDoesNotFit() {
        assertThatThrownBy(() -> AgentEvent.started("", "a")).hasMessage("runId is empty: give a text");
        assertThatThrownBy(() -> AgentEvent.thinking("r", "a", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AgentEvent.started("r\ud800", "a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AgentEvent.toolExecuting("r", "a", "c", "t", "{"))
                .hasMessage("input is not valid JSON: give one JSON value");
        assertThatThrownBy(() -> AgentEvent.toolExecuting("r", "a", "c", "t", "1,\"x\":2"))
                .hasMessage("input is more than one JSON value: give one");
        assertThatThrownBy(() -> AgentEvent.completed("r", "a", true, "1", Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AgentEvent.started("r", "a").at(Instant.MAX))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(AgentEvent.started("secret", "a")).hasToString("AgentEvent[agent_started]");
    }

    /** Whether a value fits the schema, by the keywords that it uses. */
    private static boolean fits(Object value) {
        return fits(SCHEMA, value);
    }

    private static boolean fits(Map<String, Object> schema, @Nullable Object value) {
        return schema.entrySet().stream()
                .allMatch(keyword -> holds(schema, keyword.getKey(), keyword.getValue(), value));
    }

    private static boolean holds(Map<String, Object> schema, String keyword, Object of, @Nullable Object value) {
        return switch (keyword) {
            case "$schema", "$defs", "title", "description" -> true;
            case "$ref" ->
                fits(
                        JsonSchema.map(JsonSchema.map(SCHEMA.get("$defs"))
                                .get(String.valueOf(of).substring("#/$defs/".length()))),
                        value);
            case "oneOf" ->
                ((List<?>) of)
                                .stream()
                                        .filter(one -> fits(JsonSchema.map(one), value))
                                        .count()
                        == 1;
            case "const" -> of.equals(value);
            case "type" ->
                switch (String.valueOf(of)) {
                    case "object" -> value instanceof Map;
                    case "string" -> value instanceof String;
                    case "boolean" -> value instanceof Boolean;
                    case "integer" -> value instanceof Integer || value instanceof Long;
                    default -> throw new AssertionError(of);
                };
            case "minLength" -> !(value instanceof String text) || text.length() >= ((Number) of).intValue();
            case "pattern" -> {
                assertThat(of).hasToString(AgentEvents.TIME.pattern());
                yield !(value instanceof String text) || Pattern.matches(String.valueOf(of), text);
            }
            case "minimum" -> !(value instanceof Number number) || number.longValue() >= ((Number) of).longValue();
            case "maximum" -> !(value instanceof Number number) || number.longValue() <= ((Number) of).longValue();
            case "required" ->
                !(value instanceof Map<?, ?> map) || ((List<?>) of).stream().allMatch(map::containsKey);
            case "properties" ->
                !(value instanceof Map<?, ?> map)
                        || map.entrySet().stream()
                                .allMatch(field -> !JsonSchema.map(of).containsKey(String.valueOf(field.getKey()))
                                        || fits(
                                                JsonSchema.map(
                                                        JsonSchema.map(of).get(String.valueOf(field.getKey()))),
                                                field.getValue()));
            case "additionalProperties" ->
                of.equals(false)
                        && (!(value instanceof Map<?, ?> map)
                                || JsonSchema.map(schema.get("properties"))
                                        .keySet()
                                        .containsAll(map.keySet()));
            default -> throw new AssertionError("keyword " + keyword);
        };
    }
}
