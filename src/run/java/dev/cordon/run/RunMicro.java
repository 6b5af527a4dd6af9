package dev.cordon.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * {@code ./mvnw -Prun}: starts Payara Micro with the WAR in development mode on loopback, says in one line where to go, and stops it
 * with itself. Payara Micro says "ready" and goes on when the deployment failed; here that ends with a message and status 1.
 *
 * <p>Run from source ({@code java RunMicro.java}); arguments: the Micro jar, the WAR, the folder {@code payara-config}, the port, and
 * options of Payara Micro's grid, without which it has none. Those that begin with {@code -D} go to its JVM.
 */
public final class RunMicro {
    private static final Duration BUDGET = Duration.ofSeconds(120);
    private static final Duration STOP_BUDGET = Duration.ofSeconds(20);
    /** Before it, the reason for a rejected start; {@code Lifecycle} writes it. */
    private static final String REJECTION = "CORDON cannot start: ";
    /** In the line with which Cordon says that it serves; {@code Lifecycle} writes it. */
    private static final String SERVING = ", commit ";

    private final Process micro;
    private final URI base;
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicReference<String> rejection = new AtomicReference<>("");
    private final AtomicBoolean serving = new AtomicBoolean();

    private RunMicro(Process micro, int port) {
        this.micro = micro;
        this.base = URI.create("http://127.0.0.1:" + port + "/");
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 4) {
            fail(
                    "usage: RunMicro <payara-micro.jar> <cordon.war> <payara-config folder> <port> [<option of the grid>...]");
        }
        int port = port(args[3]);
        for (String file : List.of(args[0], args[1])) {
            if (!Files.isRegularFile(Path.of(file))) {
                fail(file + " is missing; run ./mvnw package first");
            }
        }
        List<String> grid =
                args.length == 4 ? List.of("--nohazelcast") : List.of(args).subList(4, args.length);
        Process micro = start(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), port, grid);
        RunMicro run = new RunMicro(micro, port);
        Runtime.getRuntime().addShutdownHook(new Thread(run::stop));
        ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(0)));
        Thread output = new Thread(run::copyOutput, "output");
        output.setDaemon(true);
        output.start();
        run.awaitReady();
        System.exit(micro.waitFor());
    }

    private static int port(String text) {
        int port = 0;
        try {
            port = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            fail("the port is '" + text + "' but must be a number: -Dport=8181");
        }
        if (port < 1 || port > 65535) {
            fail("the port is " + port + " but must be 1 to 65535: -Dport=8181");
        }
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return free.getLocalPort();
        } catch (IOException e) {
            fail("port " + port + " is in use on 127.0.0.1; choose another one with -Dport=8181");
            return 0;
        }
    }

    private static Process start(Path jar, Path war, Path config, int port, List<String> grid) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.net.preferIPv4Stack=true",
                "-XX:+ExitOnOutOfMemoryError"));
        grid.stream().filter(RunMicro::ofTheJvm).forEach(command::add);
        command.addAll(List.of(
                "-jar",
                jar.toString(),
                "--disablephonehome",
                "--port",
                Integer.toString(port),
                "--maxhttpthreads",
                "4",
                "--prebootcommandfile",
                config.resolve("pre-boot-dev.asadmin").toString(),
                "--logproperties",
                config.resolve("logging.properties").toString(),
                "--contextroot",
                "/",
                "--deploy",
                war.toString()));
        grid.stream().filter(option -> !ofTheJvm(option)).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.putIfAbsent("CORDON_MODE", "dev");
        return builder.redirectErrorStream(true).start();
    }

    private static boolean ofTheJvm(String option) {
        return option.startsWith("-D");
    }

    private void copyOutput() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(micro.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(line);
                if (line.contains(SERVING)) {
                    serving.set(true);
                }
                int at = line.indexOf(REJECTION);
                if (at >= 0) {
                    rejection.compareAndSet("", line.substring(at + REJECTION.length()));
                }
            }
        } catch (IOException e) {
            // The stream closes under the reader when the process is stopped.
            System.out.println("(end of the server's output)");
        }
    }

    /** Returns when Cordon answers; ends the program with status 1 when it will not. */
    private void awaitReady() throws InterruptedException {
        Instant deadline = Instant.now().plus(BUDGET);
        while (Instant.now().isBefore(deadline)) {
            if (micro.waitFor(200, TimeUnit.MILLISECONDS)) {
                fail("Cordon did not start: Payara Micro ended with status " + micro.exitValue());
            }
            String why = rejection.get();
            if (!why.isEmpty()) {
                fail("Cordon did not start: " + why);
            }
            // Not before: a start closes older connections (ADR 0013), and the server logs a stack trace for a request
            // on one.
            if (serving.get() && ready()) {
                System.out.println("Cordon is ready: open " + base + " (mode " + mode() + "; Ctrl-C stops it)");
                return;
            }
        }
        fail("Cordon did not start within " + BUDGET.toSeconds() + " s: the deployment failed, see the lines above");
    }

    /** A server without Cordon is "ready" too: only the name of Cordon's own check tells them apart. */
    private boolean ready() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("health/ready"))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().contains("\"cordon-ready\"");
        } catch (IOException e) {
            return false;
        }
    }

    private static String mode() {
        return System.getenv().getOrDefault("CORDON_MODE", "dev");
    }

    private void stop() {
        micro.destroy();
        try {
            if (!micro.waitFor(STOP_BUDGET.toSeconds(), TimeUnit.SECONDS)) {
                micro.destroyForcibly();
            }
        } catch (InterruptedException e) {
            micro.destroyForcibly();
        }
    }

    private static void fail(String message) {
        System.err.println("ERROR: " + message);
        System.exit(1);
    }
}
