package dev.cordon.stream;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The kinds of streams over HTTP, each with its address (docs/protocol.md, Streams over HTTP). */
enum StreamKind {
    UNI_SSE("/connection/uni_sse", true, true, "GET, POST"),
    UNI_HTTP_STREAM("/connection/uni_http_stream", true, false, "GET, POST"),
    /** The SDK's second choice after WebSockets, with the way back through {@code /emulation}. */
    HTTP_STREAM("/connection/http_stream", false, false, "POST"),
    /** As {@link #HTTP_STREAM}, for browsers that cannot read an answer while it comes. */
    SSE("/connection/sse", false, true, "GET");

    private final String path;
    private final boolean oneWay;
    private final boolean events;
    private final String methods;

    StreamKind(String path, boolean oneWay, boolean events, String methods) {
        this.path = path;
        this.oneWay = oneWay;
        this.events = events;
        this.methods = methods;
    }

    static Optional<StreamKind> at(String path) {
        return Arrays.stream(values()).filter(kind -> kind.path.equals(path)).findFirst();
    }

    /** Its address, behind the context root. */
    String path() {
        return path;
    }

    /** The name of its transport: the end of its address. */
    String transport() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the client sends nothing after its request. */
    boolean oneWay() {
        return oneWay;
    }

    /** Whether messages are Server-Sent Events, rather than lines. */
    boolean events() {
        return events;
    }

    /** The methods of its request, separated by commas. */
    String methods() {
        return methods;
    }

    boolean takes(String method) {
        return List.of(methods.split(", ", -1)).contains(method);
    }

    String contentType() {
        return events ? "text/event-stream" : "application/x-ndjson";
    }
}
