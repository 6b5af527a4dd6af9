package dev.cordon.stream;

import java.nio.charset.StandardCharsets;

/**
 * A walk through the JSON that this server has written itself: valid, and without whitespace between the tokens outside
 * of payloads. Payloads may be nested as deep as their publisher was allowed, so that the walk knows no depth.
 */
final class JsonText {
    private final byte[] json;

    JsonText(byte[] json) {
        this.json = json;
    }

    /** Receives a member of an object, as ranges of the text. */
    @FunctionalInterface
    interface Member {
        /**
         * @param name with its quotes
         * @param from offset of the value
         * @param to offset behind the value
         */
        void member(String name, int from, int to);
    }

    /** Calls for each member of the object that begins at an offset, in order. */
    void members(int object, Member each) {
        int at = object + 1;
        while (json[at] != '}') {
            int colon = string(at);
            int from = colon + 1;
            int to = end(from);
            each.member(text(at, colon), from, to);
            at = json[to] == ',' ? to + 1 : to;
        }
    }

    /** Returns the offset behind the value that begins at an offset. */
    int end(int from) {
        if (json[from] == '"') {
            return string(from);
        }
        boolean nested = json[from] == '{' || json[from] == '[';
        return nested ? nestedEnd(from) : scalarEnd(from);
    }

    private int nestedEnd(int from) {
        int depth = 0;
        int at = from;
        do {
            switch (json[at]) {
                case '"' -> at = string(at) - 1;
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {}
            }
            at++;
        } while (depth > 0);
        return at;
    }

    private int scalarEnd(int from) {
        int at = from;
        while (at < json.length && json[at] != ',' && json[at] != '}' && json[at] != ']') {
            at++;
        }
        return at;
    }

    private int string(int from) {
        int at = from + 1;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    /** Whether the bytes at an offset begin with ASCII text. */
    boolean begins(int at, String ascii) {
        if (json.length - at < ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (json[at + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the offset behind the digits at an offset. */
    int digitsEnd(int from) {
        int at = from;
        while (json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        return at;
    }

    String text(int from, int to) {
        return new String(json, from, to - from, StandardCharsets.UTF_8);
    }
}
