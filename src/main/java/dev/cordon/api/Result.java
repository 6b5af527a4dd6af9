package dev.cordon.api;

import dev.cordon.protocol.json.JsonText;
import java.util.List;

/** What a command brought about, told as one JSON object. */
@FunctionalInterface
interface Result {
    /** {@code {}}. */
    Result EMPTY = text -> text.raw("{}");

    void write(JsonText text);

    /** A JSON array of them. */
    static void list(JsonText text, List<? extends Result> results) {
        String separator = "[";
        for (Result result : results) {
            result.write(text.raw(separator));
            separator = ",";
        }
        text.raw(results.isEmpty() ? "[]" : "]");
    }
}
