package dev.cordon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The floor, {@code src/bench/c/floor.c}: compiled with {@code cc} for each run, left out where that does not work. */
final class Floor {
    private static final Path SOURCE = Path.of("src", "bench", "c", "floor.c");
    private static final long COMPILE_SECONDS = 60;

    private Floor() {}

    /** Compiles it when it is asked for; without it the options come back without it, and a line says why. */
    static BenchOptions orLeftOut(BenchOptions options) throws IOException, InterruptedException {
        if (!options.servers().contains(Contestant.FLOOR)) {
            return options;
        }
        Optional<String> obstacle = compile(options.out());
        if (obstacle.isEmpty()) {
            return options;
        }
        System.out.println("[bench] " + Contestant.FLOOR.label() + " is left out: " + obstacle.get());
        return options.without(Contestant.FLOOR);
    }

    static List<String> command(Path out, int port) {
        return JavaCommand.onCore(0, List.of(program(out).toString(), Integer.toString(port)));
    }

    /** Returns what is in the way, empty when the program is there. */
    private static Optional<String> compile(Path out) throws IOException, InterruptedException {
        if (!JavaCommand.installed("cc")) {
            return Optional.of("no C compiler (cc) on the path");
        }
        Files.createDirectories(out);
        Path log = out.resolve("floor-cc.log").toAbsolutePath();
        Process compiler = new ProcessBuilder(
                        "cc", "-O2", "-Wall", "-Wextra", "-o", program(out).toString(), SOURCE.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!compiler.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS)) {
            compiler.destroyForcibly();
            return Optional.of("cc did not end within " + COMPILE_SECONDS + " s");
        }
        return compiler.exitValue() == 0 ? Optional.empty() : Optional.of("cc could not compile it, see " + log);
    }

    private static Path program(Path out) {
        return out.resolve("floor").toAbsolutePath();
    }
}
