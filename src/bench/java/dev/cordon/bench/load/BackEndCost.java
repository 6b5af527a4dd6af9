package dev.cordon.bench.load;

import com.sun.management.OperatingSystemMXBean;
import dev.cordon.client.CordonClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What a published message costs the process that publishes it, this one, and the node: by the generator's own publishers
 * and by the Java client. Nobody is connected, so that nothing is received here.
 */
final class BackEndCost {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static final int CHANNELS = 1_000;
    private static final int BATCH = 100;
    private static final int CONNECTIONS = 4;
    /** Messages without an answer: of the publisher over a socket in the scenario saturation, and of the client. */
    private static final int WINDOW = 64;

    private static final int WIDE_WINDOW = 1_000;
    private static final int THREADS = 16;

    private final Loop loop;
    private final Target target;
    private final Observed observed;
    private final double seconds;
    private final String data;
    private final int payload;
    private final String[] users = new String[CHANNELS];
    private final String[] channels = new String[CHANNELS];
    private final Figures figures = new Figures();
    private long next;

    BackEndCost(Loop loop, Target target, double seconds, int payload) {
        this.loop = loop;
        this.target = target;
        this.observed = new Observed(loop, target);
        this.seconds = seconds;
        this.payload = payload;
        this.data = "{\"t\":0,\"p\":\"" + "x".repeat(payload) + "\"}";
        for (int i = 0; i < CHANNELS; i++) {
            users[i] = "c" + i;
            channels[i] = "#" + users[i];
        }
    }

    private interface Way {
        void run() throws IOException, InterruptedException;
    }

    /** @param round each second one is in the opposite order */
    Figures run(int round) throws IOException {
        List<Way> ways = new ArrayList<>(List.of(
                this::socket,
                () -> http("client.http", "/api/publish", 1),
                () -> http("client.httpbatch", "/api/batch", BATCH),
                this::jdk,
                () -> futures("client.futures", WINDOW),
                () -> futures("client.wide", WIDE_WINDOW),
                this::blocking));
        if (round % 2 == 1) {
            Collections.reverse(ways);
        }
        for (Way way : ways) {
            try {
                way.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
        return figures;
    }

    private void socket() throws IOException, InterruptedException {
        try (Publisher publisher = new Publisher(loop, target, "publisher", payload)) {
            measure("client.socket", publisher::acknowledged, until -> {
                while (System.nanoTime() < until) {
                    while (publisher.outstanding() < WINDOW) {
                        publisher.publish(users[(int) (next++ % CHANNELS)], 0);
                    }
                    publisher.flush();
                    loop.turn();
                }
            });
            figures.put("client.socket.errors", publisher.errors());
        }
    }

    /** With bodies that are made before: what is measured is writing, reading and finding the end of the answer. */
    private void http(String name, String path, int messages) throws IOException, InterruptedException {
        List<Text> bodies = new ArrayList<>();
        for (int from = 0; from < CHANNELS; from += messages) {
            List<String> each = new ArrayList<>();
            for (int i = from; i < from + messages; i++) {
                each.add("{\"channel\":\"" + channels[i] + "\",\"data\":" + data + "}");
            }
            String body = messages == 1
                    ? each.get(0)
                    : "{\"commands\":[{\"publish\":" + String.join("},{\"publish\":", each) + "}]}";
            bodies.add(new Text().add(Text.bytes(body)));
        }
        try (HttpLoad load = new HttpLoad(loop, target, CONNECTIONS)) {
            load.check(path, bodies.get(0));
            measure(name, () -> load.accepted() * messages, until -> {
                while (System.nanoTime() < until) {
                    load.keepBusy(path, bodies.get((int) (next++ % bodies.size())));
                    loop.turn();
                }
            });
            load.finish();
        }
    }

    /** Singly, by the JDK's client. */
    private void jdk() throws InterruptedException {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        List<HttpRequest> requests = new ArrayList<>();
        for (String channel : channels) {
            requests.add(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + target.port() + "/api/publish"))
                    .header("X-API-Key", target.apiKey())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"channel\":\"" + channel + "\",\"data\":" + data + "}"))
                    .build());
        }
        Semaphore window = new Semaphore(WINDOW);
        LongAdder done = new LongAdder();
        measure("client.jdk", done::sum, until -> {
            while (System.nanoTime() < until) {
                window.acquire();
                CompletableFuture<?> unused = http.sendAsync(
                                requests.get((int) (next++ % CHANNELS)), HttpResponse.BodyHandlers.ofString())
                        .whenComplete((answer, failure) -> {
                            if (failure == null && answer.statusCode() == 200) {
                                done.increment();
                            }
                            window.release();
                        });
            }
        });
    }

    private CordonClient client() {
        return CordonClient.builder()
                .nodes("http://127.0.0.1:" + target.port())
                .apiKey(target.apiKey())
                .connections(Integer.getInteger("bench.client.connections", 2))
                .build();
    }

    private void futures(String name, int most) throws IOException, InterruptedException {
        Semaphore window = new Semaphore(most);
        LongAdder done = new LongAdder();
        LongAdder errors = new LongAdder();
        try (CordonClient client = client()) {
            measure(name, done::sum, until -> {
                while (System.nanoTime() < until) {
                    window.acquire();
                    CompletableFuture<?> unused = client.publishAsync(channels[(int) (next++ % CHANNELS)], data)
                            .whenComplete((stored, failure) -> {
                                (failure == null ? done : errors).increment();
                                window.release();
                            });
                }
            });
        }
        figures.put(name + ".errors", errors.sum());
    }

    private void blocking() throws IOException, InterruptedException {
        LongAdder done = new LongAdder();
        try (CordonClient client = client()) {
            measure("client.blocking", done::sum, until -> {
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    int first = i;
                    Thread thread = new Thread(() -> {
                        for (int n = first; System.nanoTime() < until; n += THREADS) {
                            client.publish(channels[n % CHANNELS], data);
                            done.increment();
                        }
                    });
                    threads.add(thread);
                    thread.start();
                }
                for (Thread thread : threads) {
                    thread.join();
                }
            });
        }
    }

    private interface Work {
        void until(long end) throws InterruptedException;
    }

    private void measure(String name, LongSupplier counter, Work work) throws InterruptedException {
        work.until(System.nanoTime() + (long) (seconds * 0.15e9));
        long startedAt = System.nanoTime();
        long own = SYSTEM.getProcessCpuTime();
        double node = observed.cpu();
        long before = counter.getAsLong();
        work.until(startedAt + (long) (seconds * 1e9));
        double elapsed = (System.nanoTime() - startedAt) / 1e9;
        double done = Math.max(1, counter.getAsLong() - before);
        figures.put(name + ".cpu", (SYSTEM.getProcessCpuTime() - own) / 1e3 / done);
        figures.put(name + ".node", (observed.cpu() - node) / done);
        figures.put(name + ".rate", done / elapsed);
    }
}
