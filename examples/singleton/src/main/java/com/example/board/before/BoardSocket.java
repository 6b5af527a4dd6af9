package com.example.board.before;

import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/** The endpoint of the application's pages, which send {@code assign 7 ben} and {@code done 7}. */
@ServerEndpoint("/board/{user}")
public class BoardSocket {
    private final Board board = new Board();

    @OnOpen
    public void opened(Session session) {
        Sockets.getInstance().connect(user(session), session);
    }

    @OnMessage
    public void command(Session session, String text) {
        String[] words = text.split(" ", -1);
        if (words[0].equals("assign")) {
            board.assigned(Integer.parseInt(words[1]), words[2]);
        } else {
            board.done(Integer.parseInt(words[1]), user(session));
        }
    }

    @OnClose
    public void closed(Session session) {
        Sockets.getInstance().disconnect(session);
    }

    /** For an example only. A real application takes the user of getUserPrincipal(), which the container has checked. */
    private static String user(Session session) {
        return session.getPathParameters().get("user");
    }
}
