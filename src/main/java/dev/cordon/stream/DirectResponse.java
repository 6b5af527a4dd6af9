package dev.cordon.stream;

import dev.cordon.endpoint.ServerConnections.DirectAnswer;
import dev.cordon.http.ReasonPhrases;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A response past the container (ADR 0041): an HTTP/1.1 message (RFC 9112) whose body comes in chunks (§7.1), unless its
 * head says how long it is. The kernel holds what the client does not read; when that is full, the body takes no more.
 */
final class DirectResponse implements StreamResponse {
    private static final String LENGTH = "Content-Length";

    /** As in the date of every HTTP answer (RFC 9110 §5.6.7). */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    private static final byte[] NOTHING = {};
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final DirectAnswer answer;
    private final Clock clock;
    private final Body body = new Body();

    /** Headers that filters have set. Let go once they are written. */
    private Map<String, String> before;

    private byte[] head = NOTHING;
    private boolean chunked;

    /** @param before headers of the answer, beside those of {@link #head} */
    DirectResponse(DirectAnswer answer, Map<String, String> before, Clock clock) {
        this.answer = answer;
        this.before = before;
        this.clock = clock;
    }

    @Override
    public ServletOutputStream body() {
        return body;
    }

    @Override
    public void whenGone(Runnable task) {
        answer.whenClosed(task);
    }

    @Override
    public void head(int status, Map<String, String> headers) {
        chunked = !headers.containsKey(LENGTH);
        Map<String, String> all = new LinkedHashMap<>(before);
        all.putAll(headers);
        all.put("Date", DATE.format(clock.instant().atOffset(ZoneOffset.UTC)));
        if (chunked) {
            all.put("Transfer-Encoding", "chunked");
        }
        StringBuilder lines = new StringBuilder(512)
                .append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(ReasonPhrases.of(status))
                .append("\r\n");
        all.forEach(
                (name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
        head = lines.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        before = Map.of();
    }

    @Override
    public void end() {
        boolean whole;
        try {
            whole = body.isReady() && (!chunked || answer.write(LAST_CHUNK, body::written, body::failed));
        } catch (IOException e) {
            // The client has gone.
            whole = false;
        }
        if (whole) {
            answer.close();
        } else {
            answer.cut();
        }
    }

    @Override
    public void cut() {
        answer.cut();
    }

    /** Writes each array as one chunk. Ready unless bytes wait for the kernel to take them. */
    private final class Body extends ServletOutputStream {
        private volatile boolean waiting;
        private volatile Optional<WriteListener> listener = Optional.empty();

        @Override
        public void setWriteListener(WriteListener to) {
            listener = Optional.of(to);
        }

        @Override
        public boolean isReady() {
            return !waiting;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            if (bytes.length == 0) {
                // An empty chunk would be the last.
                return;
            }
            byte[] all = framed(bytes);
            head = NOTHING;
            waiting = true;
            if (answer.write(all, this::written, this::failed)) {
                waiting = false;
            }
        }

        private byte[] framed(byte[] bytes) {
            ByteArrayOutputStream all = new ByteArrayOutputStream(head.length + bytes.length + 12);
            all.writeBytes(head);
            if (chunked) {
                all.writeBytes(Integer.toHexString(bytes.length).getBytes(StandardCharsets.US_ASCII));
                all.writeBytes(LINE_END);
            }
            all.writeBytes(bytes);
            if (chunked) {
                all.writeBytes(LINE_END);
            }
            return all.toByteArray();
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one});
        }

        @Override
        public void flush() {
            // Each array goes out at once.
        }

        private void written() {
            waiting = false;
            listener.ifPresent(to -> {
                try {
                    to.onWritePossible();
                } catch (IOException e) {
                    to.onError(e);
                }
            });
        }

        private void failed(Throwable cause) {
            listener.ifPresent(to -> to.onError(cause));
        }
    }
}
