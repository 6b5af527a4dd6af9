package dev.cordon.config;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The Git commit from which this application was built. Thread-safe. */
final class BuildCommit {
    /** Says that the application was built without a Git repository, for example from a tarball. */
    static final String UNKNOWN = "unknown";

    /** Filled in by the build (pom.xml, buildnumber-maven-plugin). */
    static final String FILE = "/META-INF/cordon-commit.properties";

    private static final String ID = read();

    private BuildCommit() {}

    /** Returns 40 hexadecimal digits, or {@link #UNKNOWN}. */
    static String id() {
        return ID;
    }

    private static String read() {
        try (InputStream file = BuildCommit.class.getResourceAsStream(FILE)) {
            return from(file);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    static String from(@Nullable InputStream file) throws IOException {
        if (file == null) {
            return UNKNOWN;
        }
        Properties build = new Properties();
        build.load(file);
        String commit = build.getProperty("commit", UNKNOWN);
        return commit.matches("[0-9a-f]{40}") ? commit : UNKNOWN;
    }
}
