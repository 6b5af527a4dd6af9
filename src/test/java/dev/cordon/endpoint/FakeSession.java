package dev.cordon.endpoint;

import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A session of the container that records calls. Each text is under way until {@link #sent}. */
final class FakeSession {
    final Map<String, Long> settings = new TreeMap<>();
    final List<String> texts = new ArrayList<>();
    final List<String> closes = new ArrayList<>();

    /** The context class loaders of the threads that called. */
    final List<ClassLoader> loaders = new ArrayList<>();

    private @Nullable SendHandler sending;
    private boolean lost;

    final Session session = proxy(Session.class, (name, arguments) -> {
        switch (name) {
            case "setMaxIdleTimeout", "setMaxTextMessageBufferSize", "setMaxBinaryMessageBufferSize" ->
                settings.put(name.substring("setMax".length()), ((Number) arguments[0]).longValue());
            case "getAsyncRemote" -> {
                return remote();
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

    /** From now on sends and closes fail, because the peer is gone. */
    void loses() {
        lost = true;
    }

    /** Ends the text that is under way. */
    void sent(SendResult how) {
        Optional.ofNullable(sending).orElseThrow().onResult(how);
    }

    private RemoteEndpoint.Async remote() {
        return proxy(RemoteEndpoint.Async.class, (name, arguments) -> {
            if (!name.equals("sendText")) {
                throw new UnsupportedOperationException(name);
            }
            texts.add((String) arguments[0]);
            sending = (SendHandler) arguments[1];
            called();
            return null;
        });
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
