package dev.cordon.payara.http;

import dev.cordon.http.Ascii;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A splitter that cuts one connection's bytes into requests and checks them, before a more lenient parser sees them
 * (RFC 9112). A head is passed on when it is complete. A malformed head is replaced by {@link #REJECTED}, which the
 * reader of this stream answers in turn. A malformed body is broken for that reader too. Nothing follows behind either.
 * Reads are confined to one thread at a time; {@link #answered} may come from another.
 */
public final class RequestStream {
    /** Method of the request that replaces a rejected one. */
    public static final String REJECTED = "REJECTED";

    private static final byte[] REPLACEMENT = (REJECTED + " / HTTP/1.1\r\nHost: rejected\r\nConnection: close\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[0];

    private enum Phase {
        HEAD,
        LENGTH,
        CHUNKS,
        /** Behind a request that offers another protocol, until its answer. */
        OFFERED,
        /** Another protocol is spoken: bytes are passed on unchecked. */
        OTHER,
        /** Nothing more is passed on. */
        ENDED
    }

    private final Bounds bounds;
    private volatile Phase phase = Phase.HEAD;
    private boolean offers;
    private volatile @Nullable HttpFault fault;
    private boolean fresh = true;
    private byte[] held = NOTHING;
    private HeadScan scan = new HeadScan();
    private long left;
    private ChunkedBody chunks = new ChunkedBody();
    private volatile boolean otherBytes;

    /**
     * The bounds of a connection's requests.
     *
     * @param headBytes most bytes of a head, with its empty line
     * @param fields most fields of a head
     * @param http2 whether the connection may begin with HTTP/2's preface
     * @param ascii whether a head must be ASCII, for a codec that rejects other bytes without a word
     */
    public record Bounds(int headBytes, int fields, boolean http2, boolean ascii) {}

    /**
     * The result of one call of {@link #take}.
     *
     * @param taken number of bytes that were consumed; the others belong to the next request
     * @param out bytes to pass on; null if the consumed bytes are passed on as they are
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Step(int taken, byte @Nullable [] out) {}

    public RequestStream(Bounds bounds) {
        this.bounds = bounds;
    }

    /** Returns the violation that ended this stream. Its last output is {@link #REJECTED}, or the break of a body. */
    public Optional<HttpFault> fault() {
        return Optional.ofNullable(fault);
    }

    /** Whether an offer of another protocol waits for its answer, of which {@link #answered} must be told. */
    public boolean offered() {
        return phase == Phase.OFFERED;
    }

    /** Notes the answer to an offer of another protocol: 101 accepts the protocol, 200 or more rejects it. */
    public void answered(int status) {
        if (status == 101) {
            phase = Phase.OTHER;
        } else if (status >= 200) {
            // Bytes of another protocol that came before the rejection have no reader.
            phase = otherBytes ? Phase.ENDED : Phase.HEAD;
        }
    }

    /** Returns the number of bytes held of a head whose end is still to come. */
    public int held() {
        return held.length;
    }

    /** Whether no complete head has come yet. */
    public boolean fresh() {
        return fresh;
    }

    /** Processes bytes of at most one request. The bytes may be changed in place. */
    public Step take(byte[] bytes, int from, int to) {
        return switch (phase) {
            case HEAD -> head(bytes, from, to);
            case LENGTH -> new Step(ofLength(from, to) - from, null);
            case CHUNKS -> chunked(bytes, from, to, new ByteArrayOutputStream(to - from + 16));
            case OFFERED -> Ascii.token(bytes[from]) || bytes[from] == '\r' ? head(bytes, from, to) : other(to - from);
            case OTHER -> new Step(to - from, null);
            case ENDED -> new Step(to - from, NOTHING);
        };
    }

    private Step other(int length) {
        otherBytes = true;
        return new Step(length, null);
    }

    private Step head(byte[] bytes, int from, int to) {
        if (held.length == 0) {
            return whole(bytes, from, to, 0);
        }
        byte[] all = Arrays.copyOf(held, held.length + to - from);
        System.arraycopy(bytes, from, all, held.length, to - from);
        int before = held.length;
        held = NOTHING;
        return whole(all, 0, all.length, before);
    }

    /** @param before number of the bytes that earlier calls consumed */
    private Step whole(byte[] bytes, int from, int to, int before) {
        if (fresh
                && bounds.http2()
                && to - from >= PREFACE.length
                && Arrays.equals(bytes, from, from + PREFACE.length, PREFACE, 0, PREFACE.length)) {
            phase = Phase.OTHER;
            return new Step(to - from - before, before == 0 ? null : Arrays.copyOfRange(bytes, from, to));
        }
        try {
            int end = scan.end(bytes, from, to, bounds);
            if (end < 0) {
                held = Arrays.copyOfRange(bytes, from, to);
                return new Step(to - from - before, NOTHING);
            }
            fresh = false;
            int start = from + scan.skipped();
            scan = new HeadScan();
            return read(bytes, from, start, end, to, before);
        } catch (HttpFaultException e) {
            fault = e.fault();
            phase = Phase.ENDED;
            return new Step(to - from - before, REPLACEMENT.clone());
        }
    }

    private Step read(byte[] bytes, int from, int start, int end, int to, int before) {
        RequestHead head = RequestHead.read(bytes, start, end, bounds.fields());
        int stop = end;
        offers = head.upgrade();
        switch (head.body()) {
            case NONE -> {
                phase = head.upgrade() ? Phase.OFFERED : Phase.HEAD;
                if (head.upgrade() && end < to && !Ascii.token(bytes[end]) && bytes[end] != '\r') {
                    otherBytes = true;
                    stop = to;
                }
            }
            case LENGTH -> {
                phase = Phase.LENGTH;
                left = head.length();
                stop = ofLength(end, to);
            }
            case CHUNKED -> {
                phase = Phase.CHUNKS;
                chunks = new ChunkedBody();
                ByteArrayOutputStream out = new ByteArrayOutputStream(to - start + 16);
                out.write(bytes, start, end - start);
                Step body = chunked(bytes, end, to, out);
                return new Step(end + body.taken() - from - before, body.out());
            }
        }
        return new Step(
                stop - from - before, start == from && before == 0 ? null : Arrays.copyOfRange(bytes, start, stop));
    }

    /** Behind a body follows the next request, or the protocol that its request offered. */
    private void bodyEnds() {
        phase = offers ? Phase.OFFERED : Phase.HEAD;
    }

    /** Returns the index behind the part of the body that has arrived. */
    private int ofLength(int from, int to) {
        int part = (int) Math.min(left, to - from);
        left -= part;
        if (left == 0) {
            bodyEnds();
        }
        return from + part;
    }

    private Step chunked(byte[] bytes, int from, int to, ByteArrayOutputStream out) {
        try {
            int end = chunks.take(bytes, from, to, out);
            if (chunks.done()) {
                bodyEnds();
            }
            return new Step(end - from, out.toByteArray());
        } catch (HttpFaultException e) {
            fault = e.fault();
            phase = Phase.ENDED;
            out.writeBytes(chunks.breaking());
            return new Step(to - from, out.toByteArray());
        }
    }
}
