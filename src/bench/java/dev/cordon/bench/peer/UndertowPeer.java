package dev.cordon.bench.peer;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.io.IOException;

/** Undertow, its core API, one I/O thread. */
public final class UndertowPeer {
    private static final Hub<WebSocketChannel> HUB = new Hub<>(UndertowPeer::send, UndertowPeer::send);

    private UndertowPeer() {}

    public static void main(String[] args) throws IOException {
        Undertow.builder()
                .setIoThreads(1)
                .setWorkerThreads(4)
                .addHttpListener(Integer.parseInt(args[0]), "127.0.0.1")
                .setHandler(Handlers.path()
                        .addExactPath("/connection/websocket", Handlers.websocket((exchange, channel) -> {
                            channel.getReceiveSetter().set(new Listener());
                            channel.addCloseTask(HUB::left);
                            channel.resumeReceives();
                        })))
                .build()
                .start();
        Parent.await();
    }

    private static void send(WebSocketChannel channel, String text) {
        WebSockets.sendText(text, channel, null);
    }

    private static final class Listener extends AbstractReceiveListener {
        @Override
        protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
            HUB.frame(channel, message.getData());
        }
    }
}
