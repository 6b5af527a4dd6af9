package dev.cordon.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A client and its container; the test decides what the client sends and how much of the answer it receives. */
public final class FakeClient {
    public final Map<String, String> headers = new HashMap<>();
    public final Map<String, String> answerHeaders = new HashMap<>();
    public final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    public String verb = "POST";
    /** The path behind the servlet's mapping. */
    public String path = "";
    /** The path of the servlet itself. */
    public String servletPath = "";

    public String protocol = "HTTP/1.1";

    public Optional<String> query = Optional.empty();
    public int read;
    public int status;
    int announced = -1;
    /** The announced length of the answer's body. */
    public int answerLength = -1;
    /** The container's own time limit for an answer, in milliseconds; 0 for none. */
    long timeout = -1;

    /** Runs when the container is told who listens for the client's reading. */
    public Runnable whenListening = () -> {};

    /** Runs when the container is asked whether it takes more of the answer. */
    public Runnable whenReady = () -> {};

    public int completed;
    boolean suspended;
    boolean takes = true;
    /** Bytes of an answer after which it takes no more until {@link #takeAnswer}; 0 for no bound. */
    int takenAtOnce;
    /** Nothing more can be written to it, and the container has ended its request. */
    boolean gone;

    private boolean last;
    private final Deque<Byte> sent = new ArrayDeque<>();
    private @Nullable ReadListener reader;
    private @Nullable WriteListener writer;

    public FakeClient announce(int bytes) {
        announced = bytes;
        return this;
    }

    public FakeClient send(String text) {
        return send(text.getBytes(StandardCharsets.US_ASCII));
    }

    public FakeClient send(byte[] bytes) {
        for (byte each : bytes) {
            sent.add(each);
        }
        try {
            if (reader != null) {
                reader.onDataAvailable();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** The end of a body in chunks. */
    public void sendEnd() {
        last = true;
        try {
            Optional.ofNullable(reader).orElseThrow().onAllDataRead();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void leave() {
        if (reader != null) {
            reader.onError(new IOException("reset"));
        }
        if (writer != null) {
            writer.onError(new IOException("reset"));
        }
    }

    void takeAnswer() {
        takes = true;
        try {
            Optional.ofNullable(writer).orElseThrow().onWritePossible();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public HttpServletRequest request() {
        return proxy(HttpServletRequest.class, (name, arguments) -> switch (name) {
            case "getMethod" -> verb;
            case "getPathInfo" -> path;
            case "getServletPath" -> servletPath;
            case "getProtocol" -> protocol;
            case "getContentType" -> headers.get("Content-Type");
            case "getScheme" -> "http";
            case "getRemoteAddr" -> "192.0.2.1";
            case "getQueryString" -> query.orElse(null);
            case "getParameter", "getParameterMap", "getParameterValues" ->
                throw new AssertionError("a thread would wait for a form");
            case "getContentLengthLong" -> (long) announced;
            case "getHeader" -> headers.get(String.valueOf(arguments[0]));
            case "getHeaders" ->
                Collections.enumeration(Optional.ofNullable(headers.get(String.valueOf(arguments[0]))).stream()
                        .toList());
            case "getInputStream" -> new Input();
            case "startAsync" -> {
                suspended = true;
                yield proxy(AsyncContext.class, (of, with) -> {
                    completed += of.equals("complete") ? 1 : 0;
                    timeout = of.equals("setTimeout") ? (long) with[0] : timeout;
                    if (gone && of.equals("complete")) {
                        throw new IllegalStateException("ended before");
                    }
                    return of.equals("getResponse") ? response() : null;
                });
            }
            default -> null;
        });
    }

    public HttpServletResponse response() {
        return proxy(HttpServletResponse.class, (name, arguments) -> {
            switch (name) {
                case "setStatus" -> status = (int) arguments[0];
                case "setContentLength" -> answerLength = (int) arguments[0];
                case "setContentType" -> answerHeaders.put("Content-Type", String.valueOf(arguments[0]));
                case "setHeader" -> answerHeaders.put(String.valueOf(arguments[0]), String.valueOf(arguments[1]));
                default -> {}
            }
            return switch (name) {
                case "getOutputStream" -> new Output();
                case "getHeaderNames" -> List.copyOf(answerHeaders.keySet());
                case "getHeader" -> answerHeaders.get(String.valueOf(arguments[0]));
                default -> null;
            };
        });
    }

    private interface Calls {
        @Nullable
        Object call(String name, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Calls calls) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) ->
                        calls.call(method.getName(), arguments == null ? new Object[0] : arguments)));
    }

    private final class Input extends ServletInputStream {
        @Override
        public int read() {
            if (sent.isEmpty()) {
                throw new AssertionError("a thread would wait here");
            }
            read++;
            return sent.poll();
        }

        @Override
        public int read(byte[] into, int from, int most) {
            if (most == 0) {
                return 0;
            }
            int count = 0;
            while (count < most && (count == 0 || !sent.isEmpty())) {
                into[from + count++] = (byte) read();
            }
            return count;
        }

        @Override
        public int available() {
            return sent.size();
        }

        @Override
        public boolean isFinished() {
            return last && sent.isEmpty();
        }

        @Override
        public boolean isReady() {
            return !sent.isEmpty();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            reader = listener;
            if (isReady()) {
                send("");
            }
        }
    }

    private final class Output extends ServletOutputStream {
        @Override
        public void write(int one) {
            taken.write(one);
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            if (gone) {
                throw new IOException("Connection is closed");
            }
            if (!takes) {
                throw new AssertionError("a thread would wait here");
            }
            taken.writeBytes(bytes);
        }

        @Override
        public void write(byte[] bytes, int from, int size) throws IOException {
            write(Arrays.copyOfRange(bytes, from, from + size));
            takes = takenAtOnce == 0 || taken.size() < takenAtOnce;
        }

        @Override
        public boolean isReady() {
            whenReady.run();
            return takes;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            if (gone) {
                throw new IllegalStateException("ended before");
            }
            whenListening.run();
            writer = listener;
            if (takes) {
                takeAnswer();
            }
        }
    }
}
