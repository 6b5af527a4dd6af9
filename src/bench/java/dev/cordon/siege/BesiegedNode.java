package dev.cordon.siege;

import dev.cordon.LoopbackPorts;
import dev.cordon.MicroProcess;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A node of the siege's own, started as the README documents it, in production mode, with its default limits. Thread-safe. */
final class BesiegedNode implements AutoCloseable {
    static final String KEY = "siege-run-only";

    private static final String SECRET = "siege-run-only-0123456789abcdef-0123456789";
    private static final Pattern USED = Pattern.compile("(?:heap|generation)\\s+total \\d+K, used (\\d+)K");

    private final HttpClient http = HttpClient.newHttpClient();
    private final DevTokens tokens = new DevTokens(TokenSettings.ofSecret(SECRET), Clock.systemUTC());
    private final MicroProcess micro;

    private BesiegedNode(MicroProcess micro) {
        this.micro = micro;
        Runtime.getRuntime().addShutdownHook(new Thread(micro.process()::destroyForcibly));
    }

    static BesiegedNode start(SiegeOptions options) throws IOException {
        Files.createDirectories(options.out());
        // What is kept for minutes would hide at the end what is kept for ever; what fills a share must stay until it
        // is full.
        String kept = options.length().isZero() ? "PT10M" : "PT20S";
        BesiegedNode node = new BesiegedNode(MicroProcess.start(
                options.war(),
                LoopbackPorts.free(),
                options.out().resolve("node.log"),
                Map.of(
                        "CORDON_TOKEN_HMAC_SECRET",
                        SECRET,
                        "CORDON_API_KEYS",
                        KEY,
                        "CORDON_HISTORY_TTL",
                        kept,
                        "CORDON_ACK_TTL",
                        kept,
                        "CORDON_CLEANUP_INTERVAL",
                        "PT10S"),
                Stream.concat(Stream.of("-Xmx" + options.heap()), options.jvmOptions().stream())
                        .toList(),
                List.of()));
        node.micro.awaitReady();
        return node;
    }

    int port() {
        return micro.port();
    }

    Path log() {
        return micro.logFile();
    }

    URI at(String path) {
        return micro.base().resolve(path);
    }

    String token(String user, String... groups) {
        return tokens.issue(new UserId(user), Set.of(groups), Optional.empty(), Duration.ofHours(1));
    }

    boolean alive() {
        return micro.process().isAlive();
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
        Process asked = new ProcessBuilder(
                        MicroProcess.tool("jcmd"), Long.toString(micro.process().pid()), command)
                .redirectErrorStream(true)
                .start();
        return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The HTTP status of a GET; 0 when nobody answers within five seconds. */
    int status(String path) {
        return micro.status(path);
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
        micro.close();
    }
}
