package dev.cordon.mutation;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * PostgreSQL for the processes in which PIT runs the tests. Such a process would start one of its own, which would outlive
 * it: PIT ends processes that a mutant has made to loop. It runs until the build's process ends.
 */
public final class MutationDatabase {
    private MutationDatabase() {}

    /** @param args the file for the server's port, in digits */
    public static void main(String[] args) throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("max_connections", "200")
                .setServerConfig("autovacuum", "off")
                .setRegisterShutdownHook(true)
                .start();
        Path port = Path.of(args[0]);
        Files.createDirectories(port.toAbsolutePath().getParent());
        Files.writeString(port, Integer.toString(server.getPort()));
    }
}
