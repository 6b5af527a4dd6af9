package dev.cordon.payara;

import dev.cordon.http.ErrorAnswer;
import dev.cordon.payara.http.HttpFault;
import dev.cordon.payara.http.RequestStream;
import dev.cordon.payara.http.RequestStream.Bounds;
import dev.cordon.payara.http.RequestStream.Step;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.http.HttpRequestPacket;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.jspecify.annotations.Nullable;

/**
 * A filter directly in front of a listener's HTTP codec, which accepts much that is no valid request (ADR 0014). It
 * passes on one request at a time, and none that RFC 9112 forbids. As a check behind the codec, it answers forbidden
 * requests in turn with the others. Thread-safe.
 */
final class StrictRequests extends BaseFilter implements RequestCheck {
    /** Name under which a connection keeps its stream of requests. */
    static final String STREAM = RequestStream.class.getName();

    private static final byte[] START = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);

    /**
     * Name under which a connection keeps the state of an application's answer. The answer's head comes next
     * ({@link #COMES}), or has been written ({@link #GONE}).
     */
    private static final String HEAD = StrictRequests.class.getName() + ".head";

    private static final String COMES = "comes";
    private static final String GONE = "gone";

    private final Bounds bounds;
    private final PartialHeads halves;
    private volatile boolean open = true;

    StrictRequests(Bounds bounds, PartialHeads halves) {
        this.bounds = bounds;
        this.halves = halves;
    }

    /** Lets bytes of new connections pass unchecked from now on. */
    void end() {
        open = false;
    }

    private @Nullable RequestStream stream(Connection<?> connection) {
        if (connection.getAttributes().getAttribute(STREAM) instanceof RequestStream known) {
            return known;
        }
        if (!open) {
            return null;
        }
        RequestStream fresh = new RequestStream(bounds);
        connection.getAttributes().setAttribute(STREAM, fresh);
        return fresh;
    }

    /** Notes that the next bytes written over the connection begin with the head of an answer. */
    static void headComes(Connection<?> connection) {
        connection.getAttributes().setAttribute(HEAD, COMES);
    }

    /** Notes that an answer is complete: the next bytes written over the connection are no part of it. */
    static void answerEnds(Connection<?> connection) {
        connection.getAttributes().removeAttribute(HEAD);
    }

    @Override
    public NextAction handleRead(FilterChainContext context) {
        RequestStream stream = stream(context.getConnection());
        if (stream == null) {
            return context.getInvokeAction();
        }
        Buffer input = context.getMessage();
        if (!context.getConnection().isOpen()) {
            // The answer before was the connection's last: no request behind it is carried out (RFC 9112 §9.6).
            input.tryDispose();
            return context.getStopAction();
        }
        if (!input.hasRemaining()) {
            return context.getInvokeAction();
        }
        int before = stream.held();
        NextAction next = input.hasArray() ? inPlace(context, stream, input) : copied(context, stream, input);
        if (before + stream.held() > 0 && context.getConnection() instanceof TCPNIOConnection connection) {
            watch(connection, stream);
        }
        return next;
    }

    private void watch(TCPNIOConnection connection, RequestStream stream) {
        if (stream.held() > 0) {
            halves.grown(connection, stream.held(), stream.fresh());
        } else {
            halves.ended(connection);
        }
    }

    private static NextAction inPlace(FilterChainContext context, RequestStream stream, Buffer input) {
        int from = input.arrayOffset() + input.position();
        int length = input.remaining();
        Step step = stream.take(input.array(), from, from + length);
        if (step.out() == null && step.taken() == length) {
            return context.getInvokeAction();
        }
        byte[] bytes = new byte[length];
        input.get(bytes);
        return pass(context, input, bytes, step);
    }

    private static NextAction copied(FilterChainContext context, RequestStream stream, Buffer input) {
        byte[] bytes = new byte[input.remaining()];
        input.get(bytes);
        return pass(context, input, bytes, stream.take(bytes, 0, bytes.length));
    }

    /** @param bytes all bytes of the input, which is disposed of */
    private static NextAction pass(FilterChainContext context, Buffer input, byte[] bytes, Step step) {
        input.tryDispose();
        Buffer out = step.out() == null
                ? Buffers.wrap(context.getMemoryManager(), bytes, 0, step.taken())
                : Buffers.wrap(context.getMemoryManager(), step.out());
        if (!out.hasRemaining()) {
            return context.getStopAction();
        }
        context.setMessage(out);
        return step.taken() == bytes.length
                ? context.getInvokeAction()
                : context.getInvokeAction(
                        Buffers.wrap(context.getMemoryManager(), bytes, step.taken(), bytes.length - step.taken()));
    }

    @Override
    public NextAction handleClose(FilterChainContext context) {
        if (context.getConnection() instanceof TCPNIOConnection connection) {
            halves.ended(connection);
        }
        return context.getInvokeAction();
    }

    @Override
    public Optional<Rejection> reject(HttpRequestPacket head) {
        if (head.getConnection().getAttributes().getAttribute(STREAM) instanceof RequestStream stream) {
            return stream.fault()
                    .filter(fault ->
                            RequestStream.REJECTED.equals(head.getMethod().getMethodString()))
                    .map(fault -> new Rejection(fault.status(), fault.message()));
        }
        return Optional.empty();
    }

    @Override
    public NextAction handleWrite(FilterChainContext context) {
        if (context.getMessage() instanceof Buffer answer
                && context.getConnection().getAttributes().getAttribute(STREAM) instanceof RequestStream stream) {
            // Only the head of an answer is looked at: a body may look like one. The codec's own answers are not
            // announced. They come instead of an application's, never within one.
            Object place = context.getConnection().getAttributes().getAttribute(HEAD);
            boolean head = COMES.equals(place);
            int status = head || (place == null && stream.fault().isPresent()) ? status(answer) : 0;
            if (head && status >= 100 && status < 200) {
                answerEnds(context.getConnection());
            } else if (head) {
                context.getConnection().getAttributes().setAttribute(HEAD, GONE);
            }
            if (head && status > 0 && stream.offered()) {
                stream.answered(status);
            }
            if (status == 400 && stream.fault().isPresent() && codecsOwn(answer)) {
                replace(context, answer, whole(stream.fault().get()));
            } else if (head && status == 426) {
                replace(context, answer, offering(answer));
            }
        }
        return context.getInvokeAction();
    }

    private static void replace(FilterChainContext context, Buffer answer, byte[] by) {
        answer.tryDispose();
        context.setMessage(Buffers.wrap(context.getMemoryManager(), by));
    }

    /** Returns the status in an answer's first line; -1 if the bytes are not the start of an answer. */
    private static int status(Buffer answer) {
        int at = answer.position();
        if (answer.remaining() < START.length + 3) {
            return -1;
        }
        for (int i = 0; i < START.length; i++) {
            if (answer.get(at + i) != START[i]) {
                return -1;
            }
        }
        int digits = at + START.length;
        return (answer.get(digits) - '0') * 100 + (answer.get(digits + 1) - '0') * 10 + answer.get(digits + 2) - '0';
    }

    /**
     * Adds the option {@code Upgrade} of Connection, which belongs to an Upgrade field (RFC 9110 §7.8). The container
     * confuses the option with that of a connection that stays open.
     */
    private static byte[] offering(Buffer answer) {
        String all = answer.toStringContent(StandardCharsets.ISO_8859_1);
        return all.replaceFirst("\r\n", "\r\nConnection: Upgrade\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether an answer is the codec's own: the codec answers a broken body with an empty answer. */
    private static boolean codecsOwn(Buffer answer) {
        return answer.toStringContent(StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .contains("content-length: 0\r\n");
    }

    private static byte[] whole(HttpFault fault) {
        return ErrorAnswer.whole(fault.status(), fault.message());
    }
}
