package dev.cordon.stream;

import dev.cordon.http.Query;
import dev.cordon.protocol.KnownFields;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The request of a one-way client, read into the connect command that it stands for (docs/protocol.md, One-way
 * streams).
 *
 * @param ticket a one-time ticket in place of a token
 * @param connect the connect command, which holds the token unless there is a ticket
 */
record StreamRequest(Optional<String> ticket, String connect) {
    private static final String TOKEN = "token";
    private static final KnownFields PARAMETERS =
            KnownFields.of("the address", "ticket", "cf_connect", "last_event_id");
    private static final KnownFields FIELDS =
            KnownFields.of("the connect request", TOKEN, "data", "subs", "name", "version");
    private static final List<String> PASSED_ON = List.of("data", "name", "version");
    private static final String SCHEME = "Bearer ";
    private static final String TOKEN_IN_ADDRESS = "a token in the address ends up in logs:"
            + " send it as Authorization: Bearer <token>, or take a ticket from POST /connection/ticket";

    /** A request that cannot be understood, or shows no token. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;

        UnusableException(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /**
     * Reads a request.
     *
     * @param authorization header {@code Authorization}
     * @param lastEventId header {@code Last-Event-ID}
     * @param body of a POST, which then holds the connect request; empty for a GET
     * @throws UnusableException in one line for the client
     */
    static StreamRequest read(
            Query query, Optional<String> authorization, Optional<String> lastEventId, Optional<byte[]> body)
            throws UnusableException {
        try {
            if (query.names().contains(TOKEN)) {
                throw new UnusableException(400, TOKEN_IN_ADDRESS);
            }
            PARAMETERS.checkNames(query.names());
            Optional<String> inAddress = query.value("cf_connect").filter(text -> !text.isBlank());
            if (inAddress.isPresent() && body.filter(bytes -> bytes.length > 0).isPresent()) {
                throw new UnusableException(400, "the connect request is in the address and in the body: send one");
            }
            JsonFields fields = JsonFields.read(inAddress
                    .map(text -> text.getBytes(StandardCharsets.UTF_8))
                    .or(() -> body.filter(bytes -> !new String(bytes, StandardCharsets.UTF_8).isBlank()))
                    .orElseGet(() -> "{}".getBytes(StandardCharsets.UTF_8)));
            FIELDS.check(fields);
            Optional<String> token = fields.string(TOKEN);
            if (inAddress.isPresent() && token.isPresent()) {
                throw new UnusableException(400, TOKEN_IN_ADDRESS);
            }
            Optional<String> ticket = query.value("ticket").filter(text -> !text.isEmpty());
            Optional<String> bearer = bearer(authorization);
            long shown = List.of(ticket, bearer, token).stream()
                    .filter(Optional::isPresent)
                    .count();
            if (shown != 1) {
                throw new UnusableException(
                        shown == 0 ? 401 : 400,
                        shown == 0
                                ? "no token: send Authorization: Bearer <token>, or a ticket from POST /connection/ticket"
                                : "more than one token or ticket: send one");
            }
            return new StreamRequest(ticket, connect(fields, bearer.or(() -> token), position(query, lastEventId)));
        } catch (InvalidJsonException e) {
            throw new UnusableException(400, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> bearer(Optional<String> authorization) throws UnusableException {
        if (authorization.isEmpty()) {
            return Optional.empty();
        }
        String given = authorization.get().strip();
        if (!given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new UnusableException(401, "Authorization must be Bearer <token>");
        }
        return Optional.of(given.substring(SCHEME.length()).strip());
    }

    /** The header before the address: a client that comes back by itself keeps the address, and the header is newer. */
    private static Optional<String> position(Query query, Optional<String> lastEventId) {
        return lastEventId
                .filter(id -> !id.isEmpty())
                .or(() -> query.value("last_event_id").filter(id -> !id.isEmpty()));
    }

    private static String connect(JsonFields fields, Optional<String> token, Optional<String> lastEventId)
            throws UnusableException {
        JsonWriter command =
                new JsonWriter(512).raw("{\"id\":1,\"connect\":{\"token\":").quoted(token.orElse(""));
        for (String name : PASSED_ON) {
            if (fields.has(name)) {
                command.raw(",\"" + name + "\":").raw(fields.raw(name));
            }
        }
        if (lastEventId.isPresent()) {
            positions(command, positions(lastEventId.get()));
        } else if (fields.has("subs")) {
            command.raw(",\"subs\":").raw(fields.raw("subs"));
        }
        return new String(command.raw("}}").bytes(), StandardCharsets.UTF_8);
    }

    private static Map<String, StreamPosition> positions(String lastEventId) throws UnusableException {
        try {
            return EventId.read(lastEventId);
        } catch (IllegalArgumentException e) {
            throw new UnusableException(400, "Last-Event-ID is not an id that this server has sent: leave it out");
        }
    }

    private static void positions(JsonWriter command, Map<String, StreamPosition> positions) {
        command.raw(",\"subs\":{");
        boolean[] first = {true};
        positions.forEach((channel, position) -> {
            command.raw(first[0] ? "" : ",")
                    .quoted(channel)
                    .raw(":{\"recover\":true,\"epoch\":")
                    .quoted(position.epoch())
                    .raw(",\"offset\":")
                    .number(position.offset())
                    .raw("}");
            first[0] = false;
        });
        command.raw("}");
    }
}
