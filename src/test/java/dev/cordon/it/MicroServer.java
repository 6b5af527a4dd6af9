package dev.cordon.it;

import dev.cordon.LoopbackPorts;
import dev.cordon.MicroProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A Payara Micro of one test's own, on loopback and a free port, with the built WAR and the settings it asks for. */
final class MicroServer implements AutoCloseable {
    /** JVM options for each server of the tests: those of a fast start, and what a profile runs them all with. */
    private static final List<String> OPTIONS = options();

    private final MicroProcess micro;

    private MicroServer(MicroProcess micro) {
        this.micro = micro;
    }

    /** @param environment settings as {@code CORDON_…}; nothing else of Cordon's is taken over from the environment of the tests */
    static MicroServer start(Map<String, String> environment, String... jvmOptions) {
        return start(environment, List.of(), jvmOptions);
    }

    /** @param microOptions of Payara Micro, beside those of every test */
    static MicroServer start(Map<String, String> environment, List<String> microOptions, String... jvmOptions) {
        try {
            return start(LoopbackPorts.free(), environment, microOptions, jvmOptions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param war with Cordon in it, and an application */
    static MicroServer of(Path war, Map<String, String> environment, List<String> microOptions, String... jvmOptions) {
        try {
            return start(war, LoopbackPorts.free(), environment, microOptions, jvmOptions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Options for the data source {@code jdbc/cordon} in PostgreSQL, which {@code PGHOST} and so on name. */
    static List<String> postgres() {
        return List.of(
                "--addlibs",
                Path.of(URI.create(org.postgresql.Driver.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString(),
                "--postbootcommandfile",
                "payara-config/postgresql.asadmin");
    }

    /** @param port of a server that has ended, for one that takes its place */
    static MicroServer start(
            int port, Map<String, String> environment, List<String> microOptions, String... jvmOptions) {
        return start(Path.of(System.getProperty("cordon.war")), port, environment, microOptions, jvmOptions);
    }

    private static MicroServer start(
            Path war, int port, Map<String, String> environment, List<String> microOptions, String... jvmOptions) {
        try {
            return new MicroServer(MicroProcess.start(
                    war,
                    port,
                    Files.createTempFile(Path.of("target"), "micro-", ".log"),
                    environment,
                    Stream.concat(OPTIONS.stream(), Stream.of(jvmOptions)).toList(),
                    microOptions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the servers of all tests run without the package {@code payara}. */
    static boolean portable() {
        return OPTIONS.contains("-Dcordon.payara=false");
    }

    /** JVM options of a fast start, for servers that a launcher starts. */
    static String jvmOptions() {
        return System.getProperty("cordon.it.jvm-options", "");
    }

    private static List<String> options() {
        return Stream.of(System.getProperty("cordon.it.server-options", "").split(" "))
                .filter(option -> !option.isEmpty())
                .toList();
    }

    /** The one that runs the tests. */
    static String java() {
        return MicroProcess.tool("java");
    }

    MicroServer ready() {
        micro.awaitReady();
        return this;
    }

    URI base() {
        return micro.base();
    }

    /** What it has written so far. */
    String log() {
        return micro.log();
    }

    /** The HTTP status of a GET; 0 when nobody answers. */
    int status(String path) {
        return micro.status(path);
    }

    long pid() {
        return micro.process().pid();
    }

    /** SIGKILL, as when its machine fails; returns when it has ended. */
    void kill() {
        micro.process().destroyForcibly().onExit().join();
    }

    /** SIGTERM; returns at once. */
    void terminate() {
        micro.process().destroy();
    }

    boolean ended(Duration within) {
        return micro.ended(within);
    }

    @Override
    public void close() {
        micro.close();
    }
}
