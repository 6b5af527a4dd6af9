package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks values against the schemas of an OpenAPI document, as far as this project's uses them. */
record JsonSchema(Map<String, Object> document) {
    void check(String where, Map<String, Object> reference, Object value) {
        Map<String, Object> schema = resolved(reference);
        String type = String.valueOf(schema.getOrDefault("type", "any"));
        switch (type) {
            case "object" -> checkObject(where, schema, value);
            case "array" -> {
                assertThat(value).as(where).isInstanceOf(List.class);
                for (Object item : (List<?>) value) {
                    check(where + "[]", map(schema.getOrDefault("items", Map.of())), item);
                }
            }
            case "string" -> assertThat(value).as(where).isInstanceOf(String.class);
            case "integer" -> {
                assertThat(value).as(where).isInstanceOfAny(Integer.class, Long.class);
                if (schema.get("enum") instanceof List<?> values) {
                    assertThat(values.contains(value))
                            .as(where + " is " + value)
                            .isTrue();
                }
            }
            case "boolean" -> assertThat(value).as(where).isInstanceOf(Boolean.class);
            case "any" -> assertThat(schema).as(where).doesNotContainKey("properties");
            default -> throw new AssertionError(where + ": type " + type);
        }
    }

    private void checkObject(String where, Map<String, Object> schema, Object value) {
        assertThat(value).as(where).isInstanceOf(Map.class);
        Map<String, Object> fields = map(value);
        if (schema.get("required") instanceof List<?> required) {
            assertThat(fields.keySet())
                    .as(where)
                    .containsAll(required.stream().map(String::valueOf).toList());
        }
        Map<String, Object> properties = map(schema.getOrDefault("properties", Map.of()));
        fields.forEach((name, field) -> {
            if (properties.containsKey(name)) {
                check(where + "." + name, map(properties.get(name)), field);
            } else {
                Object additional = schema.get("additionalProperties");
                assertThat(additional)
                        .as(where + "." + name + " is not described")
                        .isNotNull();
                check(where + "." + name, map(additional), field);
            }
        });
    }

    /** Returns the schema itself, or the first of its alternatives. */
    Map<String, Object> resolved(Map<String, Object> schema) {
        Object reference = schema.get("$ref");
        if (reference == null) {
            return schema.get("oneOf") instanceof List<?> several ? resolved(map(several.get(0))) : schema;
        }
        Object found = document;
        for (String part : String.valueOf(reference).substring(2).split("/", -1)) {
            found = map(map(found).get(part));
        }
        return resolved(map(found));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new AssertionError("no object: " + value);
    }
}
