package dev.cordon.endpoint;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.Frame;
import jakarta.websocket.CloseReason;
import jakarta.websocket.SendHandler;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The portable transport: a Jakarta WebSocket session. Sends run with the platform class loader as context. Otherwise
 * the container scans the application's libraries at each message (docs/platform.md, WebSockets).
 */
public final class SessionTransport implements Transport {
    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

    private final Session session;
    private final Encoding encoding;
    private final String remoteAddress;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * A transport of text, in JSON.
     *
     * @param remoteAddress the peer's address, for the log and the operator
     */
    public SessionTransport(Session session, String remoteAddress) {
        this(session, Encoding.JSON, remoteAddress);
    }

    /** @param remoteAddress the peer's address, for the log and the operator */
    SessionTransport(Session session, Encoding encoding, String remoteAddress) {
        this.session = session;
        this.encoding = encoding;
        this.remoteAddress = remoteAddress;
    }

    @Override
    public void write(Frame frame, Completion completion) {
        withPlatformLoader(() -> {
            try {
                SendHandler done = result -> {
                    if (result.isOK()) {
                        completion.written();
                    } else {
                        completion.failed(result.getException());
                    }
                };
                if (frame.binary()) {
                    session.getAsyncRemote().sendBinary(ByteBuffer.wrap(frame.toByteArray()), done);
                } else {
                    session.getAsyncRemote().sendText(frame.text(), done);
                }
            } catch (RuntimeException e) {
                completion.failed(e);
            }
        });
    }

    @Override
    public void close(Disconnect disconnect) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        withPlatformLoader(() -> {
            try {
                session.close(
                        new CloseReason(CloseReason.CloseCodes.getCloseCode(disconnect.code()), disconnect.reason()));
            } catch (IOException | RuntimeException e) {
                // The socket was lost before it could be closed: the connection is released either way.
                System.getLogger(SessionTransport.class.getName())
                        .log(
                                System.Logger.Level.DEBUG,
                                "Closing a lost socket: {0}",
                                e.getClass().getSimpleName());
            }
        });
    }

    @Override
    public Encoding encoding() {
        return encoding;
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    private static void withPlatformLoader(Runnable send) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(PLATFORM);
        try {
            send.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
