package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
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
    void theProgramOfTheDocumentRuns() throws Exception {
        List<String> programs = FENCED.matcher(Files.readString(Path.of("docs/clients.md")))
                .results()
                .map(MatchResult::group)
                .map(program -> program.replaceAll("(?m)^```.*$", ""))
                .toList();
        try (FakeNode node = FakeNode.first()) {
            assertThat(programs).hasSize(1);
            assertThat(run("Hello", programs.get(0), node)).contains("offset 1, 1 connections");
            assertThat(node.log().of("#bob")).containsExactly("{\"text\":\"hello\"}");
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

    private String run(String name, String source, FakeNode node) throws Exception {
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status =
                compiler.run(null, errors, errors, "-d", folder.toString(), "-cp", "target/classes", file.toString());
        assertThat(status).as(errors.toString(StandardCharsets.UTF_8)).isZero();
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
