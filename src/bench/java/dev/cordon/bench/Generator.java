package dev.cordon.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The load generator's process on core 1, one for the whole run so that it is warm for everybody. */
final class Generator implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;

    /** What one order brought: figures by name, and remarks by scenario. */
    record Answer(Map<String, Double> figures, Map<String, String> notes) {}

    Generator(BenchOptions options) throws IOException {
        process = new ProcessBuilder(JavaCommand.pinned(
                        1,
                        List.of(
                                "-Xms1g",
                                "-Xmx1g",
                                "-XX:+UseSerialGC",
                                "-Djava.net.preferIPv4Stack=true",
                                "-Dbench.publishers=" + Integer.getInteger("bench.publishers", 4),
                                "-cp",
                                JavaCommand.classPath(entry -> true),
                                "dev.cordon.bench.load.LoadMain")))
                .redirectError(options.out().resolve("generator.log").toFile())
                .start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        orders = process.outputWriter(StandardCharsets.UTF_8);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    Answer order(String verb, ServerProcess server, String arguments) {
        try {
            orders.write(verb + " " + server.order() + " " + arguments + "\n");
            orders.flush();
            return answer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer answer() throws IOException {
        Answer answer = new Answer(new LinkedHashMap<>(), new LinkedHashMap<>());
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            String[] parts = line.split(" ", 3);
            switch (parts[0]) {
                case "figure" -> answer.figures().put(parts[1], Double.valueOf(parts[2]));
                case "note" -> answer.notes().put(parts[1], parts[2]);
                case "done" -> {
                    return answer;
                }
                default -> throw new IOException("the generator said: " + line);
            }
        }
        throw new IOException("the generator has ended; see generator.log");
    }

    @Override
    public void close() throws IOException {
        orders.close();
        process.destroy();
    }
}
