package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.LoopbackPorts;
import dev.cordon.MicroProcess;
import dev.cordon.websocket.SwitchingProtocols;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the Javadoc, of docs/clients.md and of docs/agent-events.md compile, run, and do what they say. */
class ClientExamplesTest {
    private static final Pattern JAVADOC = Pattern.compile("(?s)<pre>\\{@code\\n(.*?)\\n \\* }</pre>");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```java\\n(.*?)^```");

    @TempDir
    private Path folder;

    @Test
    void theExamplesOfTheJavadocRun() throws Exception {
        StringBuilder body = new StringBuilder();
        try (Stream<Path> sources = Files.list(Path.of("src/client/java/dev/cordon/client"))) {
            for (Path source : sources.sorted().toList()) {
                JAVADOC.matcher(Files.readString(source))
                        .results()
                        .map(example -> example.group(1).replaceAll("(?m)^ \\* ?", ""))
                        .forEach(example -> body.append(example).append('\n'));
            }
        }
        // The first example closes its client; the others are about one that is open.
        String open = body.toString().replace("cordon.close();", "");
        try (FakeNode node = FakeNode.first()) {
            String printed = run(
                    "Examples",
                    "import dev.cordon.client.*;\nimport java.util.*;\npublic class Examples {\n"
                            + "public static void main(String[] args) {\nString key = args[1];\n"
                            + open.replace("\"http://127.0.0.1:8080\"", "args[0]")
                            + "\ncordon.close();\n}\n}\n",
                    node);

            assertThat(printed).contains("stored at 1, 1 connections", "offset 1");
            assertThat(node.log().of("#bob")).containsExactly("{\"text\":\"hello\"}");
            assertThat(node.log().of("orders#bob")).containsExactly("{\"order\":7}");
        }
    }

    @Test
    void theProgramsOfTheDocumentRun() throws Exception {
        List<String> programs = programs("import dev.cordon.client.");
        try (FakeNode node = FakeNode.first()) {
            assertThat(programs).hasSize(2);
            assertThat(run("Hello", programs.get(0), node)).contains("offset 1, 1 connections");
            assertThat(node.log().of("#bob")).containsExactly("{\"text\":\"hello\"}");
            assertThat(run("Room", programs.get(1), node)).contains("2 of 2 users");
            assertThat(node.log().of("#ann")).containsExactly("{\"text\":\"hello, room\"}");
        }
    }

    @Test
    @DisplayName("the program with the SDK for Java says what is wrong with its token or its address")
    void theProgramWithTheSdkSaysWhatIsWrong() throws Exception {
        compile("Receive", programs("import io.github.centrifugal.").get(0), System.getProperty("java.class.path"));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> unused =
                    CompletableFuture.runAsync(() -> closes(server, "invalid token: a reason"));

            assertThat(firstLine("ended: ", server.getLocalPort())).isEqualTo("ended: 3500 invalid token: a reason");
        }
        int nobody = LoopbackPorts.free();

        assertThat(firstLine("failed: ", nobody)).contains("127.0.0.1:" + nobody);
    }

    /** The first line of the program that begins with these words. The program is ended then, or after half a minute. */
    private String firstLine(String words, int port) throws IOException {
        Process program = new ProcessBuilder(
                        MicroProcess.tool("java"),
                        "-cp",
                        folder + File.pathSeparator + System.getProperty("java.class.path"),
                        "Receive",
                        "ws://127.0.0.1:" + port + "/connection/websocket",
                        "no.valid.token")
                .redirectErrorStream(true)
                .start();
        CompletableFuture<Void> overdue = CompletableFuture.runAsync(
                program::destroyForcibly, CompletableFuture.delayedExecutor(30, TimeUnit.SECONDS));
        try (BufferedReader printed = program.inputReader(StandardCharsets.UTF_8)) {
            return printed.lines()
                    .filter(line -> line.startsWith(words))
                    .findFirst()
                    .orElse("");
        } finally {
            overdue.cancel(false);
            program.destroyForcibly();
        }
    }

    /** Takes one WebSocket, closes it with 3500, and waits until the client is gone. */
    private static void closes(ServerSocket server, String why) {
        try (Socket socket = server.accept();
                BufferedReader from =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            String key = from.lines()
                    .filter(line -> line.startsWith("Sec-WebSocket-Key: "))
                    .findFirst()
                    .orElseThrow()
                    .replaceFirst(".*: ", "");
            byte[] reason = why.getBytes(StandardCharsets.US_ASCII);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            answer.writeBytes(SwitchingProtocols.bytes(key, Optional.empty()));
            answer.writeBytes(new byte[] {(byte) 0x88, (byte) (2 + reason.length), (byte) (3500 >> 8), (byte) 3500});
            answer.writeBytes(reason);
            socket.getOutputStream().write(answer.toByteArray());
            long unused = from.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theProgramOfTheAgentEventsRuns() throws Exception {
        String program = FENCED.matcher(Files.readString(Path.of("docs/agent-events.md")))
                .results()
                .map(example -> example.group(1))
                .reduce("", String::concat);
        try (FakeNode node = FakeNode.first()) {
            run("Run", program, node);

            assertThat(node.log().of("#bob"))
                    .hasSize(4)
                    .first()
                    .asString()
                    .startsWith("{\"type\":\"agent_started\",\"run_id\":\"r1\"");
        }
    }

    /** The programs of docs/clients.md with an import. */
    private static List<String> programs(String imports) throws IOException {
        return FENCED.matcher(Files.readString(Path.of("docs/clients.md")))
                .results()
                .map(program -> program.group(1))
                .filter(program -> program.contains(imports))
                .toList();
    }

    private void compile(String name, String source, String classPath) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status = compiler.run(null, errors, errors, "-d", folder.toString(), "-cp", classPath, file.toString());
        assertThat(status).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    }

    private String run(String name, String source, FakeNode node) throws Exception {
        compile(name, source, "target/classes");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {url()}, getClass().getClassLoader())) {
            String[] arguments = {node.address(), "a-key-of-the-tests"};
            classes.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } finally {
            System.setOut(out);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private URL url() {
        try {
            return folder.toUri().toURL();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
