package dev.cordon.console;

import dev.cordon.protocol.json.JsonWriter;
import java.util.Map;

/** A response of the console: a status and a JSON body. */
record ConsoleAnswer(int status, String json) {
    static ConsoleAnswer ok(Object body) {
        return new ConsoleAnswer(200, JsonWriter.toJson(body));
    }

    static ConsoleAnswer rejected(int status, String message) {
        return new ConsoleAnswer(
                status, JsonWriter.toJson(Map.of("error", Map.of("code", status, "message", message))));
    }
}
