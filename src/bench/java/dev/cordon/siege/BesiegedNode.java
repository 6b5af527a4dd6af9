package dev.cordon.siege;

import dev.cordon.LoopbackPorts;
import dev.cordon.auth.DevTokens;
import dev.cordon.auth.TokenSettings;
import dev.cordon.protocol.UserId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node of the siege's own, started as the README documents it, in production mode, with its default limits. Thread-safe. */
final class BesiegedNode implements AutoCloseable {
    static final String KEY = "siege-run-only";

    private static final String SECRET = "siege-run-only-0123456789abcdef-0123456789";
    private static final Duration START = Duration.ofMinutes(10);
    private static final Pattern USED = Pattern.compile("(?:heap|generation)\\s+total \\d+K, used (\\d+)K");

    private final HttpClient http = HttpClient.newHttpClient();
    private final DevTokens tokens = new DevTokens(TokenSettings.ofSecret(SECRET), Clock.systemUTC());
    private final Process process;
    private final int port;
    private final Path log;

    private BesiegedNode(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    static BesiegedNode start(SiegeOptions options) throws IOException {
        Files.createDirectories(options.out());
        int port = LoopbackPorts.free();
        Path log = options.out().resolve("node.log");
        List<String> command = List.of(
                tool("java"),
                "-Xmx" + options.heap(),
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.net.preferIPv4Stack=true",
                "-jar",
                "target/payara-micro.jar",
                "--nohazelcast",
                "--disablephonehome",
                "--port",
                Integer.toString(port),
                "--maxhttpthreads",
                "4",
                "--prebootcommandfile",
                "payara-config/pre-boot-dev.asadmin",
                "--logproperties",
                "payara-config/logging.properties",
                "--contextroot",
                "/",
                "--deploy",
                options.war().toString());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CORDON_"));
        // What is kept for minutes would hide at the end what is kept for ever; what fills a share must stay until it
        // is full.
        String kept = options.length().isZero() ? "PT10M" : "PT20S";
        builder.environment()
                .putAll(Map.of(
                        "CORDON_TOKEN_HMAC_SECRET",
                        SECRET,
                        "CORDON_API_KEYS",
                        KEY,
                        "CORDON_HISTORY_TTL",
                        kept,
                        "CORDON_ACK_TTL",
                        kept,
                        "CORDON_CLEANUP_INTERVAL",
                        "PT10S"));
        BesiegedNode node = new BesiegedNode(builder.start(), port, log);
        node.awaitReady();
        return node;
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (status("health/ready") != 200 || status("connection/websocket") != 426) {
            if (!alive() || System.nanoTime() - deadline > 0) {
                close();
                throw new IOException("the node did not start; see " + log);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        }
    }

    int port() {
        return port;
    }

    Path log() {
        return log;
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + "/" + path);
    }

    String token(String user, String... groups) {
        return tokens.issue(new UserId(user), Set.of(groups), Optional.empty(), Duration.ofHours(1));
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Bytes of heap in use behind a full collection. */
    long heapInUse() throws IOException {
        jcmd("GC.run");
        Matcher used = USED.matcher(jcmd("GC.heap_info"));
        long sum = 0;
        while (used.find()) {
            sum += Long.parseLong(used.group(1)) * 1024;
        }
        return sum;
    }

    private String jcmd(String command) throws IOException {
        Process asked = new ProcessBuilder(tool("jcmd"), Long.toString(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The HTTP status of a GET; 0 when nobody answers within five seconds. */
    int status(String path) {
        try {
            return http.send(
                            HttpRequest.newBuilder(at(path))
                                    .timeout(Duration.ofSeconds(5))
                                    .build(),
                            BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** The application's figures, as Prometheus reads them; empty when nobody answers. */
    String metrics() {
        try {
            return http.send(
                            HttpRequest.newBuilder(at("metrics?scope=application"))
                                    .header("X-API-Key", KEY)
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** The sum of a metric's samples whose labels contain the text. */
    static double metric(String metrics, String name, String label) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
