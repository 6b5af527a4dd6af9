package dev.cordon.api;

import dev.cordon.http.PlainHead;
import dev.cordon.http.PlainPost;
import dev.cordon.http.PlainPosts;
import dev.cordon.http.ReasonPhrases;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server API for requests that do not pass the container (ADR 0010). The answers equal those of the servlet and its
 * filters, except for the order of the headers and the end of the connection. Thread-safe.
 */
final class PlainApi implements PlainPosts {
    private static final String KEY = "x-api-key";
    private static final String AUTHORIZATION = "authorization";
    private static final String ERROR_MODE = ErrorMode.HEADER.toLowerCase(Locale.ROOT);

    /** Headers that this application and the container add to every answer. */
    private static final String STANDING = lines(SecurityHeadersFilter.HEADERS) + "X-Frame-Options: SAMEORIGIN\r\n";

    /** Frequent methods with short answers. */
    private static final Set<String> METHODS = Set.of("publish", "broadcast", "batch");

    private static final byte[] GROUP = "\"group\"".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ESCAPE = "\\u00".getBytes(StandardCharsets.US_ASCII);

    private final ServerApi api;
    private final ApiCounters counters;

    PlainApi(ServerApi api, ApiCounters counters) {
        this.api = api;
        this.counters = counters;
    }

    @Override
    public boolean takes(String name) {
        return METHODS.contains(name);
    }

    @Override
    public boolean trusts(PlainHead head) {
        Optional<String> key = head.field(KEY);
        Optional<String> authorization = head.field(AUTHORIZATION);
        // A request that may wait for keys goes to the container, where waiting holds no thread.
        return !api.waitsForKeys(key, authorization) && api.trusts(key, authorization);
    }

    @Override
    public byte @Nullable [] answer(PlainPost post, byte[] request) {
        if (!trusts(post.head()) || mayReachAGroup(post, request)) {
            return null;
        }
        counters.shortcuts.increment();
        return bytes(api.answerTrusted(request(post, request)));
    }

    /**
     * A broadcast to a group may reach thousands of users, by a short request. The thread that reads for many connections
     * has no time for that, but one of the container's has.
     */
    private static boolean mayReachAGroup(PlainPost post, byte[] request) {
        if (post.name().equals("publish")) {
            return false;
        }
        int end = post.head().end() + post.length() - GROUP.length;
        for (int i = post.head().end(); i <= end; i++) {
            if (request[i] == GROUP[0] && Arrays.equals(request, i, i + GROUP.length, GROUP, 0, GROUP.length)) {
                return true;
            }
            // An escaped letter of ASCII: no library writes that, but a name with one is the same name.
            if (request[i] == '\\'
                    && Arrays.equals(request, i, i + ESCAPE.length, ESCAPE, 0, ESCAPE.length)
                    && (request[i + ESCAPE.length] == '6' || request[i + ESCAPE.length] == '7')) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean waits() {
        return api.waits();
    }

    @Override
    public void answerLater(PlainPost post, byte[] request, Consumer<byte[]> to) {
        counters.shortcuts.increment();
        api.answerLater(request(post, request), answer -> to.accept(bytes(answer)));
    }

    private static ApiRequest request(PlainPost post, byte[] request) {
        return new ApiRequest(
                post.name(),
                post.head().field(KEY),
                post.head().field(AUTHORIZATION),
                post.head().field("content-type"),
                post.length(),
                post.head().field(ERROR_MODE),
                new ByteArrayInputStream(request, post.head().end(), post.length()));
    }

    private static byte[] bytes(Answer answer) {
        byte[] head = ("HTTP/1.1 " + answer.status() + " " + ReasonPhrases.of(answer.status()) + "\r\n" + STANDING
                        + lines(answer.headers()) + "Content-Length: "
                        + answer.json().length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[head.length + answer.json().length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(answer.json(), 0, all, head.length, answer.json().length);
        return all;
    }

    private static String lines(Map<String, String> headers) {
        StringBuilder lines = new StringBuilder();
        headers.forEach(
                (name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
        return lines.toString();
    }
}
