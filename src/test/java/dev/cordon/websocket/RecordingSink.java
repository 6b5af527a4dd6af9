package dev.cordon.websocket;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Records the events of a decoder. */
public class RecordingSink implements FrameDecoder.Sink {
    public final List<String> events = new ArrayList<>();

    /** Returns a decoder with its own {@link PartialMessages}, whose bound is never reached. */
    public static FrameDecoder decoder() {
        return new FrameDecoder(new PartialMessages(() -> Long.MAX_VALUE, cut -> {}, System::nanoTime));
    }

    public static List<String> decode(byte[]... pieces) {
        RecordingSink sink = new RecordingSink();
        FrameDecoder decoder = RecordingSink.decoder();
        for (byte[] piece : pieces) {
            // A copy, because the decoder may write where it reads.
            decoder.decode(piece.clone(), 0, piece.length, sink);
        }
        return sink.events;
    }

    /** Whether messages are binary. */
    public boolean binary;

    @Override
    public boolean binary() {
        return binary;
    }

    @Override
    public void message(byte[] utf8, int from, int to) {
        events.add(
                binary
                        ? "binary " + HexFormat.of().formatHex(utf8, from, to)
                        : "text " + new String(utf8, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public void ping(byte[] body) {
        events.add("ping " + new String(body, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void pong() {
        events.add("pong");
    }

    @Override
    public void closed(int code) {
        events.add("closed " + code);
    }

    @Override
    public void broken(WireFault fault) {
        events.add("broken " + fault.code());
    }

    @Override
    public boolean accepted() {
        return true;
    }

    @Override
    public void cut(CloseCause why) {
        events.add("cut " + why);
    }
}
