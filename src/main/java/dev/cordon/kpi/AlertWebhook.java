package dev.cordon.kpi;

import dev.cordon.manager.Ticker;
import dev.cordon.metric.Metric;
import dev.cordon.protocol.json.JsonWriter;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A sender that posts each alert as JSON to {@code cordon.alert.webhook}, in order and one at a time.
 *
 * <p>An answer counts if it is a complete 2xx of at most {@link DroppedBody#MAX_BYTES} within {@link #DEADLINE}. Otherwise the post is
 * repeated after 5, 10, 20 … 300 seconds, and the event is dropped after {@link #ATTEMPTS} attempts. At most {@link #WAITING} events wait;
 * further ones are dropped. Failures and dropped events are counted. A receiver that is down is logged once, not at each attempt.
 * Thread-safe; no method blocks.
 */
public final class AlertWebhook implements Consumer<AlertEvent> {
    static final int WAITING = 64;
    static final int ATTEMPTS = 8;
    static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private static final System.Logger LOG = System.getLogger(AlertWebhook.class.getName());

    private final Supplier<AlertSettings> settings;
    private final Ticker ticker;
    private final Queue<AlertEvent> waiting = new ArrayDeque<>();
    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private @Nullable HttpClient http;
    private boolean underWay;
    private boolean down;
    private int attempts;
    private long notBefore;

    public AlertWebhook(Supplier<AlertSettings> settings, Ticker ticker) {
        this.settings = settings;
        this.ticker = ticker;
        this.notBefore = ticker.nanos();
    }

    @Override
    public void accept(AlertEvent event) {
        if (settings.get().webhook().isEmpty()) {
            return;
        }
        synchronized (this) {
            if (waiting.size() < WAITING) {
                waiting.add(event);
                return;
            }
        }
        lost.increment();
    }

    /** Sends the next event if it is due. A timer calls this, and so does each success. */
    public void pump() {
        Optional<URI> to = settings.get().webhook();
        HttpClient client;
        AlertEvent next;
        synchronized (this) {
            next = waiting.peek();
            if (underWay || next == null || ticker.nanos() - notBefore < 0) {
                return;
            }
            if (to.isEmpty()) {
                waiting.clear();
                return;
            }
            underWay = true;
            client = client();
        }
        CompletableFuture<HttpResponse<Void>> exchange =
                client.sendAsync(request(to.get(), next), head -> new DroppedBody());
        // The request's own time-out ends with the headers; this one covers the body too. The end is heard here,
        // whichever it is.
        var unused = exchange.copy()
                .orTimeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> {
                    exchange.cancel(true);
                    ended(response, failure);
                });
    }

    /** Creates the client with the first event, because most nodes need none. Some receivers answer an upgrade to HTTP/2 wrongly, so HTTP/1.1. */
    private HttpClient client() {
        HttpClient present = http;
        if (present == null) {
            present = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(Redirect.NEVER)
                    .connectTimeout(DEADLINE)
                    .build();
            http = present;
        }
        return present;
    }

    private static HttpRequest request(URI to, AlertEvent event) {
        return HttpRequest.newBuilder(to)
                .timeout(DEADLINE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json(event)))
                .build();
    }

    static String json(AlertEvent of) {
        JsonWriter text = new JsonWriter(512);
        text.raw("{\"kpi\":").quoted(of.kpi());
        text.raw(",\"state\":").quoted(of.firing() ? "firing" : "resolved");
        text.raw(",\"value\":").raw(number(of.value()));
        text.raw(",\"threshold\":").raw(number(of.limit()));
        text.raw(",\"unit\":").quoted(of.unit());
        text.raw(",\"meaning\":").quoted(of.meaning());
        text.raw(",\"action\":").quoted(of.action());
        text.raw(",\"at\":").quoted(of.at().toString());
        return new String(text.raw("}").bytes(), StandardCharsets.UTF_8);
    }

    private static String number(double value) {
        return Double.isFinite(value) ? AlertLog.number(value) : "null";
    }

    private void ended(@Nullable HttpResponse<Void> response, @Nullable Throwable failure) {
        if (response != null && response.statusCode() / 100 == 2) {
            succeeded();
            pump();
        } else {
            failed(failure != null ? why(failure) : "status " + status(response));
        }
    }

    private static String why(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException
                ? "no complete answer within " + DEADLINE.toSeconds() + " s"
                : cause.getClass().getSimpleName();
    }

    private static int status(@Nullable HttpResponse<Void> response) {
        return response == null ? 0 : response.statusCode();
    }

    private synchronized void succeeded() {
        waiting.poll();
        underWay = false;
        attempts = 0;
        sent.increment();
        if (down) {
            down = false;
            LOG.log(Level.INFO, "The alert webhook answers again");
        }
    }

    /** Its address may hold what its receiver asks for, so it is not named. */
    private synchronized void failed(String why) {
        underWay = false;
        failed.increment();
        attempts++;
        if (!down) {
            down = true;
            LOG.log(Level.WARNING, "The alert webhook failed ({0}); trying again with growing pauses", why);
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, 10));
        notBefore = ticker.nanos() + (pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause).toNanos();
        if (attempts >= ATTEMPTS) {
            waiting.poll();
            attempts = 0;
            lost.increment();
        }
    }

    /** Drops the waiting events and the client, whose threads then end. */
    public synchronized void stop() {
        waiting.clear();
        http = null;
    }

    List<Metric> metrics() {
        return Metric.counters(
                "alert_webhook",
                "outcome",
                Map.of("sent", sent::sum, "failed", failed::sum, "lost", lost::sum),
                "Posts of alerts to the webhook: accepted by it (sent), failed and tried again (failed), and events"
                        + " dropped after all attempts or for lack of room (lost).",
                "failed rises: look at the receiver. lost: the alerts are in the server's log.");
    }
}
