package dev.cordon.bench;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The command line of a process, Java's mostly, pinned to one core where {@code taskset} exists and there is more than one. */
final class JavaCommand {
    private JavaCommand() {}

    static List<String> pinned(int core, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        return onCore(core, command);
    }

    static List<String> onCore(int core, List<String> command) {
        List<String> pinned = new ArrayList<>();
        if (pinning()) {
            pinned.addAll(List.of("taskset", "-c", Integer.toString(core)));
        }
        pinned.addAll(command);
        return pinned;
    }

    /**
     * Moves a running process with all its threads.
     *
     * @param core negative: any
     */
    static void move(long pid, int core) throws IOException {
        if (!pinning()) {
            return;
        }
        String cores = core < 0 ? "0-" + (Runtime.getRuntime().availableProcessors() - 1) : Integer.toString(core);
        try {
            new ProcessBuilder("taskset", "-a", "-p", "-c", cores, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    static boolean pinning() {
        return Runtime.getRuntime().availableProcessors() > 1 && installed("taskset");
    }

    /** Whether a program is on the path. */
    static boolean installed(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Path.of(folder, program).toFile().canExecute());
    }

    /** This process's class path, as Maven or JUnit gave it, without the entries that are not wanted. */
    static String classPath(Predicate<String> wanted) {
        return entries().stream().filter(wanted).collect(Collectors.joining(File.pathSeparator));
    }

    private static List<String> entries() {
        if (JavaCommand.class.getClassLoader() instanceof URLClassLoader loader) {
            return Arrays.stream(loader.getURLs()).map(JavaCommand::path).toList();
        }
        String surefire = System.getProperty("surefire.test.class.path", "");
        String path = surefire.isEmpty() ? System.getProperty("java.class.path") : surefire;
        return List.of(path.split(File.pathSeparator));
    }

    private static String path(URL url) {
        try {
            return Path.of(url.toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("not a file on the class path: " + url, e);
        }
    }
}
