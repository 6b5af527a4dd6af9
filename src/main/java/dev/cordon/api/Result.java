package dev.cordon.api;

import dev.cordon.protocol.json.JsonWriter;
import java.util.List;

/** The result of a command, written as one JSON object. */
@FunctionalInterface
interface Result {
    /** The empty object. */
    Result EMPTY = writer -> writer.raw("{}");

    void write(JsonWriter writer);

    /** Writes results as a JSON array. */
    static void list(JsonWriter writer, List<? extends Result> results) {
        String separator = "[";
        for (Result result : results) {
            result.write(writer.raw(separator));
            separator = ",";
        }
        writer.raw(results.isEmpty() ? "[]" : "]");
    }
}
