package dev.cordon.siege;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Publishes a number to each of its users once a second, repeated with its key until it is answered 200. */
final class BackEnd implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BesiegedNode node;
    private final Findings findings;
    private final List<HealthyUser> users;
    private final Map<String, Long> numbers = new HashMap<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private volatile boolean ended;

    BackEnd(BesiegedNode node, Findings findings, List<HealthyUser> users) {
        this.node = node;
        this.findings = findings;
        this.users = users;
    }

    @Override
    public void run() {
        while (!ended && node.alive()) {
            long begun = System.nanoTime();
            for (HealthyUser user : users) {
                publish(user.name(), numbers.merge(user.name(), 1L, Long::sum));
            }
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) - (System.nanoTime() - begun));
        }
        users.forEach(user -> user.awaits(numbers.getOrDefault(user.name(), 0L)));
    }

    void end() {
        ended = true;
    }

    private void publish(String user, long number) {
        long begun = System.nanoTime();
        HttpRequest request = HttpRequest.newBuilder(node.at("api/publish"))
                .timeout(PATIENCE)
                .header("X-API-Key", BesiegedNode.KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"channel\":\"#%s\",\"data\":{\"n\":%d},\"idempotency_key\":\"%s-%d\"}"
                                .formatted(user, number, user, number)))
                .build();
        while (node.alive()) {
            try {
                HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
                if (answer.statusCode() == 200 && !answer.body().contains("\"error\"")) {
                    findings.published.incrementAndGet();
                    Findings.highest(
                            findings.slowestPublishMillis, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
                    return;
                }
                findings.tell("a publish was answered " + answer.statusCode() + " " + answer.body());
            } catch (IOException e) {
                findings.tell("a publish was not answered: " + e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }
}
