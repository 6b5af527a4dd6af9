package dev.cordon.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * One server in its own process on core 0, with the same heap and collector as all others. Stopped with the benchmark.
 */
final class ServerProcess implements AutoCloseable {
    /** Only ever used on loopback, for the length of a run. */
    static final String SECRET = "bench-secret-of-32-bytes-or-more-0123456789";

    static final String API_KEY = "bench-key-0123456789-0123456789-0123456789";

    private static final Duration START_BUDGET = Duration.ofMinutes(3);

    private static final String HANDSHAKE = String.join(
            "\r\n",
            "GET /connection/websocket HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "",
            "");

    private final Contestant contestant;
    private final int port;
    private final Path gcLog;
    private final Path log;
    private final Process process;

    private ServerProcess(Contestant contestant, int port, Path gcLog, Path log, Process process) {
        this.contestant = contestant;
        this.port = port;
        this.gcLog = gcLog;
        this.log = log;
        this.process = process;
    }

    /** @param tag tells the logs of several starts apart */
    static ServerProcess start(Contestant contestant, int port, BenchOptions options, String tag)
            throws IOException, InterruptedException {
        ServerProcess server =
                launch(contestant, port, options, tag, Databases.settings(contestant, options.out()), List.of());
        server.awaitReady();
        return server;
    }

    /**
     * Begins to start a server: {@link #awaitReady} waits for it.
     *
     * @param settings of its log and its cluster: those of another node for one that shares its log
     * @param gridPorts of the members of its grid, this one's first; none if it is not on a grid
     */
    static ServerProcess launch(
            Contestant contestant,
            int port,
            BenchOptions options,
            String tag,
            Map<String, String> settings,
            List<Integer> gridPorts)
            throws IOException {
        Path gcLog =
                options.out().resolve(contestant.id() + "-" + tag + "-gc.log").toAbsolutePath();
        Path log = options.out().resolve(contestant.id() + "-" + tag + ".log").toAbsolutePath();
        Files.deleteIfExists(gcLog);
        List<String> command = contestant.java()
                ? java(contestant, port, options, gcLog, gridPorts)
                : Floor.command(options.out(), port);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment());
        builder.environment().putAll(settings);
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new ServerProcess(contestant, port, gcLog, log, process);
    }

    private static List<String> java(
            Contestant contestant, int port, BenchOptions options, Path gcLog, List<Integer> gridPorts)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-Xms" + options.heap(),
                "-Xmx" + options.heap(),
                // Else whoever comes to a page first pays for it in its measured time.
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                // What a thread allocates is seen when it takes its next buffer: one of megabytes hides a frugal
                // server's.
                "-XX:TLABSize=16k",
                "-XX:-ResizeTLAB",
                "-Xlog:gc:file=" + gcLog + "::filecount=0",
                "-Djava.net.preferIPv4Stack=true"));
        arguments.addAll(contestant.cordon() ? options.cordonOptions() : List.of());
        arguments.addAll(contestant == Contestant.CORDON_BEFORE ? options.beforeOptions() : List.of());
        if (!gridPorts.isEmpty()) {
            String members = gridPorts.stream()
                    .sorted()
                    .map(member -> "127.0.0.1:" + member)
                    .collect(Collectors.joining(","));
            arguments.addAll(List.of(
                    "-Dgrid.interface=127.0.0.1",
                    "-Dgrid.port=" + gridPorts.get(0),
                    "-Dgrid.members=" + members,
                    "-Dgrid.quorum=2"));
        }
        arguments.addAll(contestant.onPayara() ? micro(contestant, port, options, gridPorts) : peer(contestant, port));
        return JavaCommand.pinned(0, arguments);
    }

    private static List<String> micro(Contestant contestant, int port, BenchOptions options, List<Integer> gridPorts)
            throws IOException {
        Path target = Path.of("target");
        Path war = war(contestant, options);
        Path config = Path.of("payara-config");
        List<String> arguments = new ArrayList<>();
        arguments.add("-jar");
        arguments.add(target.resolve("payara-micro.jar").toString());
        if (gridPorts.isEmpty()) {
            arguments.add("--nohazelcast");
        } else {
            arguments.add("--hzconfigfile");
            arguments.add(config.resolve("cluster/hazelcast-grid.xml").toString());
        }
        arguments.addAll(List.of(
                "--disablephonehome",
                "--port",
                Integer.toString(port),
                "--maxhttpthreads",
                Integer.toString(Integer.getInteger("bench.threads", 4)),
                "--prebootcommandfile",
                config.resolve("pre-boot-dev.asadmin").toString(),
                "--logproperties",
                config.resolve("logging.properties").toString(),
                "--deploy",
                war.toString()));
        return arguments;
    }

    private static Path war(Contestant contestant, BenchOptions options) throws IOException {
        if (contestant == Contestant.CORDON_BEFORE) {
            return options.before()
                    .orElseThrow(() -> new IllegalArgumentException("cordon-before needs a WAR:"
                            + " -Dbench.before=/path/to/cordon.war, built from the version to compare with"));
        }
        return contestant.cordon()
                ? Path.of("target", "cordon.war")
                : BareWar.write(options.out().resolve("bare.war"));
    }

    /** Tomcat and Tyrus each bring a default configurator by ServiceLoader: neither sees the other. */
    private static List<String> peer(Contestant contestant, int port) {
        String foreign = contestant == Contestant.TOMCAT ? "tyrus" : "tomcat";
        return List.of(
                "-cp",
                JavaCommand.classPath(entry -> !Path.of(entry).toString().contains(foreign)),
                contestant.peerClass(),
                Integer.toString(port));
    }

    /**
     * Cordon's settings: a secret and a key of the run's own; no limit on how fast one address or user connects.
     */
    private static Map<String, String> environment() {
        return Map.of(
                "CORDON_TOKEN_HMAC_SECRET",
                SECRET,
                "CORDON_API_KEYS",
                API_KEY,
                "CORDON_CONNECT_RATE_PER_ADDRESS",
                "0",
                "CORDON_CONNECT_RATE_PER_USER",
                "0");
    }

    /**
     * Waits until it takes connections.
     *
     * @throws IOException if it has ended, or does not within three minutes; it is stopped then
     */
    void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_BUDGET.toNanos();
        while (!handshakes() || !process.isAlive()) {
            if (process.waitFor(250, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                close();
                throw new IOException(contestant.label() + " did not start; see " + log);
            }
        }
    }

    private boolean handshakes() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2000);
            socket.getOutputStream().write(HANDSHAKE.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(12), StandardCharsets.US_ASCII).equals("HTTP/1.1 101");
        } catch (IOException e) {
            // Not listening yet: asked again until the budget is spent.
            return false;
        }
    }

    /** The same process for receivers that come in another way. */
    ServerProcess as(Contestant other) {
        return new ServerProcess(other, port, gcLog, log, process);
    }

    /** How the generator is told of it. */
    String order() {
        return "name=%s port=%d pid=%d java=%s gclog=%s cordon=%s way=%s secret=%s apikey=%s"
                .formatted(
                        contestant.id(),
                        port,
                        process.pid(),
                        contestant.java(),
                        gcLog,
                        contestant.cordon(),
                        contestant.way(),
                        SECRET,
                        API_KEY);
    }

    /** How the generator is told of it when it is the second node of a cluster. */
    String orderAsPeer() {
        return "peerport=%d peerpid=%d".formatted(port, process.pid());
    }

    /** @param core negative: any */
    void pin(int core) throws IOException {
        JavaCommand.move(process.pid(), core);
    }

    int port() {
        return port;
    }

    Contestant contestant() {
        return contestant;
    }

    /** Asks it to stop; it is killed when it has not after 20 seconds. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(20, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
