package dev.cordon.stream;

import dev.cordon.protocol.StreamPosition;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The id of a Server-Sent Event: how far the client has come in each of its channels, as
 * {@code channel:epoch:offset}, encoded as in a URL and separated by {@code ;}. Clients send it back as it is.
 */
final class EventId {
    /** Longest id that is sent and read, in characters. */
    static final int MAX_LENGTH = 4096;

    private EventId() {}

    /** Returns the id of positions, without those for which there is no room behind the ones before. */
    static String of(Map<String, StreamPosition> positions) {
        StringBuilder id = new StringBuilder(64);
        positions.forEach((channel, position) -> {
            String part = (id.length() == 0 ? "" : ";")
                    + URLEncoder.encode(channel, StandardCharsets.UTF_8)
                    + ":"
                    + URLEncoder.encode(position.epoch(), StandardCharsets.UTF_8)
                    + ":"
                    + position.offset();
            if (id.length() + part.length() <= MAX_LENGTH) {
                id.append(part);
            }
        });
        return id.toString();
    }

    /** @throws IllegalArgumentException if the text is no id of this server */
    static Map<String, StreamPosition> read(String id) {
        if (id.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("longer than " + MAX_LENGTH + " characters");
        }
        Map<String, StreamPosition> positions = new LinkedHashMap<>();
        for (String part : id.split(";", -1)) {
            String[] fields = part.split(":", -1);
            if (fields.length != 3 || !fields[2].matches("\\d{1,18}")) {
                throw new IllegalArgumentException("not an id of this server");
            }
            positions.put(
                    URLDecoder.decode(fields[0], StandardCharsets.UTF_8),
                    new StreamPosition(
                            URLDecoder.decode(fields[1], StandardCharsets.UTF_8), Long.parseLong(fields[2])));
        }
        return positions;
    }
}
