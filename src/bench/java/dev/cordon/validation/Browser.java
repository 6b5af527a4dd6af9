package dev.cordon.validation;

import dev.cordon.auth.DevTokens;
import dev.cordon.auth.TokenSettings;
import dev.cordon.protocol.UserId;
import java.net.http.WebSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A user's client over a real socket: answers pings, and looks at each push as {@link Wire} does. */
final class Browser implements WebSocket.Listener {
    private static final String AT = "\"at\":";

    private final String channel;
    private final Ledger ledger;
    private final AtomicLong recordFrom;
    private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
    private final StringBuilder gathered = new StringBuilder();
    private long last;

    private Browser(String user, Ledger ledger, AtomicLong recordFrom) {
        this.channel = "\"channel\":\"#" + user + "\"";
        this.ledger = ledger;
        this.recordFrom = recordFrom;
    }

    /**
     * Connected when this returns.
     *
     * @param recordFrom latencies of messages due before this moment are not recorded
     */
    static WebSocket open(Server server, String user, Ledger ledger, AtomicLong recordFrom) {
        Browser browser = new Browser(user, ledger, recordFrom);
        WebSocket socket = server.http()
                .newWebSocketBuilder()
                .buildAsync(server.socket(), browser)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        String token = new DevTokens(TokenSettings.ofSecret(Server.SECRET), Clock.systemUTC())
                .issue(new UserId(user), Set.of(), Optional.empty(), Duration.ofHours(1));
        socket.sendText("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}", true)
                .join();
        browser.connected.orTimeout(20, TimeUnit.SECONDS).join();
        return socket;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean end) {
        long now = System.nanoTime();
        gathered.append(data);
        if (end) {
            for (String message : gathered.toString().split("\n", -1)) {
                message(socket, message, now);
            }
            gathered.setLength(0);
        }
        socket.request(1);
        return null;
    }

    private void message(WebSocket socket, String message, long now) {
        if (message.equals("{}")) {
            CompletableFuture<WebSocket> unused = socket.sendText("{}", true);
        } else if (message.startsWith("{\"push\":")) {
            push(message, now);
        } else if (message.contains("\"connect\":{")) {
            connected.complete(true);
        }
    }

    private void push(String message, long now) {
        ledger.received.increment();
        if (!message.contains(channel)) {
            ledger.foreign.increment();
        }
        long offset = number(message, "\"offset\":");
        if (offset <= last) {
            ledger.disorder.increment();
        }
        last = offset;
        long at = number(message, AT);
        if (at >= recordFrom.get()) {
            ledger.took(now - at);
        }
    }

    private static long number(String message, String after) {
        int from = message.indexOf(after) + after.length();
        int end = from;
        while (Character.isDigit(message.charAt(end))) {
            end++;
        }
        return Long.parseLong(message.substring(from, end));
    }
}
