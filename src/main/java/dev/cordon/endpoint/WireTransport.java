package dev.cordon.endpoint;

import dev.cordon.gateway.CommandHandler;
import dev.cordon.gateway.Gateway;
import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.Frame;
import dev.cordon.websocket.CloseCause;
import dev.cordon.websocket.WebSocketConnection;
import dev.cordon.websocket.WebSocketListener;
import dev.cordon.websocket.Wire;
import dev.cordon.websocket.WireFault;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two-way adapter between one {@link WebSocketConnection} and its {@link CommandHandler}. Incoming messages become
 * commands; outgoing frames become WebSocket frames. As thread-safe as its two ends.
 */
final class WireTransport implements Transport, WebSocketListener, Wire.Completion {
    static final Disconnect NO_ROOM =
            new Disconnect(Disconnect.SLOW.code(), "no room for a message that arrived in part");

    static final Disconnect UNFINISHED =
            new Disconnect(Disconnect.SLOW.code(), "a message did not arrive completely in time");

    private static final Completion NOBODY = new Completion() {
        @Override
        public void written() {}

        @Override
        public void failed(Throwable cause) {}
    };

    private final WebSocketConnection socket;
    private final Gateway gateway;
    private final Encoding encoding;
    private final String remoteAddress;
    private @Nullable CommandHandler handler;

    /** The completion of the one message under way. The next message is written after this has been called. */
    private Completion writing = NOBODY;

    WireTransport(WebSocketConnection socket, Gateway gateway, Encoding encoding, String remoteAddress) {
        this.socket = socket;
        this.gateway = gateway;
        this.encoding = encoding;
        this.remoteAddress = remoteAddress;
    }

    /**
     * Registers the connection with the gateway. Call it once, before anything is received.
     *
     * @param headers {@link Gateway#headersForHooks}
     */
    void open(Map<String, String> headers) {
        handler = gateway.opened(this, headers).orElse(null);
        socket.listen(this);
    }

    @Override
    public void write(Frame frame, Completion completion) {
        writing = completion;
        socket.write(frame, this);
    }

    @Override
    public void written() {
        writing.written();
    }

    @Override
    public void failed(Throwable cause) {
        writing.failed(cause);
    }

    @Override
    public void close(Disconnect disconnect) {
        socket.close(disconnect.code(), disconnect.reason());
    }

    @Override
    public Encoding encoding() {
        return encoding;
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public void readBegins() {
        CommandHandler to = handler;
        if (to != null) {
            to.begin();
        }
    }

    @Override
    public void readEnds() {
        CommandHandler to = handler;
        if (to != null) {
            to.end();
        }
    }

    @Override
    public boolean binary() {
        return encoding.binary();
    }

    @Override
    public void message(byte[] bytes, int from, int to) {
        CommandHandler by = handler;
        if (by != null) {
            by.frame(bytes, from, to);
        }
    }

    @Override
    public boolean inflates(int bytes) {
        CommandHandler by = handler;
        return by != null && by.inflates(bytes);
    }

    @Override
    public void alive() {
        CommandHandler to = handler;
        if (to != null) {
            to.heard();
        }
    }

    @Override
    public void flush() {
        CommandHandler to = handler;
        if (to != null) {
            to.answer();
        }
    }

    @Override
    public void faulted(WireFault fault) {
        gateway.rejections().tell(remoteAddress, fault.code(), fault.reason());
    }

    @Override
    public void ended(CloseCause cause) {
        CommandHandler to = handler;
        if (to != null) {
            to.ended(disconnect(cause));
        }
    }

    private static Disconnect disconnect(CloseCause cause) {
        return switch (cause) {
            case PEER -> Disconnect.NORMAL;
            case FAULT -> Disconnect.BAD_REQUEST;
            case NO_ROOM -> NO_ROOM;
            case UNFINISHED -> UNFINISHED;
        };
    }

    @Override
    public boolean accepted() {
        CommandHandler to = handler;
        return to != null && !to.stranger();
    }

    @Override
    public boolean prompt() {
        CommandHandler to = handler;
        return to != null && to.prompt();
    }

    @Override
    public boolean pause(Runnable more) {
        CommandHandler to = handler;
        return to != null && to.pause(more);
    }

    @Override
    public void readInPlace() {
        gateway.counters().readsInPlace.increment();
    }

    @Override
    public boolean later(Runnable task) {
        return gateway.patiently(task);
    }
}
