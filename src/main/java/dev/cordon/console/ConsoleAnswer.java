package dev.cordon.console;

import java.util.Map;

/** A response of the console: a status and a JSON body. */
record ConsoleAnswer(int status, String json) {
    static ConsoleAnswer ok(Object body) {
        return new ConsoleAnswer(200, Json.text(body));
    }

    static ConsoleAnswer rejected(int status, String message) {
        return new ConsoleAnswer(status, Json.text(Map.of("error", Map.of("code", status, "message", message))));
    }
}
