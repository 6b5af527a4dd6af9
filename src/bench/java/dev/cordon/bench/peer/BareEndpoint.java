package dev.cordon.bench.peer;

import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BiConsumer;

/**
 * The endpoint as the Jakarta API allows it: the same class on bare Payara, Tyrus standalone and Tomcat. A text message comes and goes as
 * a string, and nothing tells when a read is done, so what can leave together is what one message brings ({@link Hub} joins it). Batching by
 * {@code setBatchingAllowed} is not used: Tyrus ignores it, and Tomcat copies each message once more for it.
 */
@ServerEndpoint("/connection/websocket")
public class BareEndpoint {
    private static final Hub<Session> HUB = new Hub<>(sender(), BareEndpoint::joined);

    @OnMessage
    public void message(Session session, String text) {
        HUB.frame(session, text);
    }

    @OnClose
    public void closed(Session session) {
        HUB.left(session);
    }

    /**
     * The publisher's frames are large. All others keep their container's default, because Tomcat allocates what a session may
     * receive at once, two bytes a character.
     */
    private static void joined(Session session, String user) {
        if (user.equals("publisher")) {
            session.setMaxTextMessageBufferSize(1 << 20);
        }
    }

    /**
     * The asynchronous remote, because a reader that does not read would hold the publisher's thread in the blocking one. Tomcat rejects an
     * asynchronous send while another is under way, so there the blocking one is used.
     */
    private static BiConsumer<Session, String> sender() {
        return Boolean.getBoolean("bench.peer.blocking") ? BareEndpoint::sendBlocking : BareEndpoint::send;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // as everybody does: nothing could be done about a failed push
    private static void send(Session session, String text) {
        session.getAsyncRemote().sendText(text);
    }

    private static void sendBlocking(Session session, String text) {
        try {
            synchronized (session) {
                session.getBasicRemote().sendText(text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
