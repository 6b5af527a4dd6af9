package dev.cordon.endpoint;

import jakarta.websocket.CloseReason;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.PongMessage;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A session of the container that records calls. Each text is under way until {@link #sent}, unless {@link #sends}. */
public final class FakeSession {
    final Map<String, Long> settings = new TreeMap<>();
    public final List<String> texts = new ArrayList<>();
    public final List<String> closes = new ArrayList<>();

    /** The context class loaders of the threads that called. */
    final List<ClassLoader> loaders = new ArrayList<>();

    private final Map<String, Object> properties = new HashMap<>();
    private MessageHandler.@Nullable Whole<PongMessage> pongs;
    private @Nullable SendHandler sending;
    private boolean atOnce;
    private boolean answers;
    private boolean lost;
    private boolean takesNoHandler;

    private final String id = UUID.randomUUID().toString();
    private final Map<String, String> parameters = new HashMap<>();

    public FakeSession() {
        this("nobody");
    }

    /** @param user the parameter {@code user} of the endpoint's path */
    public FakeSession(String user) {
        parameters.put("user", user);
    }

    /** The subprotocol that the container has selected, empty for none. */
    String subprotocol = "";

    @Nullable
    String query;

    /** Binary messages that were sent. */
    final List<byte[]> binaries = new ArrayList<>();

    /** Number of pings that were sent. */
    public int pings;

    public final Session session = proxy(Session.class, (name, arguments) -> {
        switch (name) {
            case "setMaxIdleTimeout", "setMaxTextMessageBufferSize", "setMaxBinaryMessageBufferSize" ->
                settings.put(name.substring("setMax".length()), ((Number) arguments[0]).longValue());
            case "getAsyncRemote" -> {
                return remote();
            }
            case "getNegotiatedSubprotocol" -> {
                return subprotocol;
            }
            case "getQueryString" -> {
                return query;
            }
            case "getUserProperties" -> {
                return properties;
            }
            case "getId" -> {
                return id;
            }
            case "getPathParameters" -> {
                return parameters;
            }
            case "addMessageHandler" -> {
                if (takesNoHandler) {
                    throw new IllegalStateException("there is one for pongs");
                }
                pongs = pongHandler(arguments[1]);
            }
            case "close" -> {
                CloseReason reason = (CloseReason) arguments[0];
                closes.add(reason.getCloseCode().getCode() + " " + reason.getReasonPhrase());
                called();
            }
            default -> throw new UnsupportedOperationException(name);
        }
        return null;
    });

    @SuppressWarnings("unchecked")
    private static MessageHandler.Whole<PongMessage> pongHandler(Object handler) {
        return (MessageHandler.Whole<PongMessage>) handler;
    }

    /** From now on each text is sent before the call returns. */
    public FakeSession sends() {
        atOnce = true;
        return this;
    }

    /** From now on each ping is answered before the call returns. */
    public FakeSession answers() {
        answers = true;
        return this;
    }

    /** From now on sends, pings and closes fail, because the peer is gone. */
    public void loses() {
        lost = true;
    }

    /** From now on no handler is taken, because the endpoint hears pongs itself. */
    public FakeSession takesNoHandler() {
        takesNoHandler = true;
        return this;
    }

    /** Ends the text that is under way. */
    void sent(SendResult how) {
        Optional.ofNullable(sending).orElseThrow().onResult(how);
    }

    private RemoteEndpoint.Async remote() {
        return proxy(RemoteEndpoint.Async.class, (name, arguments) -> {
            switch (name) {
                case "sendText" ->
                    text((String) arguments[0], arguments.length > 1 ? (SendHandler) arguments[1] : result -> {});
                case "sendBinary" -> {
                    ByteBuffer bytes = (ByteBuffer) arguments[0];
                    byte[] copy = new byte[bytes.remaining()];
                    bytes.get(copy);
                    binaries.add(copy);
                    ((SendHandler) arguments[1]).onResult(new SendResult());
                }
                case "sendPing" -> {
                    pings++;
                    if (lost) {
                        throw new IllegalStateException("the session is closed");
                    }
                    if (answers && pongs != null) {
                        pongs.onMessage(() -> (ByteBuffer) arguments[0]);
                    }
                }
                default -> throw new UnsupportedOperationException(name);
            }
            return null;
        });
    }

    private void text(String text, SendHandler handler) throws IOException {
        texts.add(text);
        sending = handler;
        called();
        if (atOnce) {
            handler.onResult(new SendResult());
        }
    }

    private void called() throws IOException {
        loaders.add(Thread.currentThread().getContextClassLoader());
        if (lost) {
            throw new IllegalStateException("the session is closed");
        }
    }

    private interface Calls {
        @Nullable
        Object take(String name, Object[] arguments) throws IOException;
    }

    private static <T> T proxy(Class<T> type, Calls calls) {
        return type.cast(Proxy.newProxyInstance(
                FakeSession.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, called, arguments) -> calls.take(called.getName(), arguments)));
    }
}
