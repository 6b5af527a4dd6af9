package dev.cordon.bench.peer;

import io.undertow.Handlers;
import io.undertow.Undertow;
import java.io.IOException;

/** Undertow as its experts write it: its core API, one I/O thread, frames as bytes of pooled buffers ({@link UndertowSession}). */
public final class UndertowPeer {
    private UndertowPeer() {}

    public static void main(String[] args) throws IOException {
        UndertowSessions sessions = new UndertowSessions();
        Undertow.builder()
                .setIoThreads(1)
                .setWorkerThreads(4)
                .addHttpListener(Integer.parseInt(args[0]), "127.0.0.1")
                .setHandler(Handlers.path()
                        .addExactPath("/connection/websocket", Handlers.websocket((exchange, channel) -> {
                            UndertowSession session = new UndertowSession(channel, sessions);
                            channel.getReceiveSetter().set(session);
                            channel.addCloseTask(closed -> sessions.left(session));
                            channel.resumeReceives();
                        })))
                .build()
                .start();
        Parent.await();
    }
}
