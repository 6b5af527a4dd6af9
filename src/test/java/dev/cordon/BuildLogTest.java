package dev.cordon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import net.jqwik.engine.JqwikTestEngine;
import org.junit.jupiter.api.Test;

/** The log of a build holds results only. */
class BuildLogTest {
    /** Version 1.10 of the library prints a text to readers of the log, from the class that runs the tests. */
    @Test
    void thePropertyTestLibraryAddressesNoReaderOfTheLog() throws IOException, URISyntaxException {
        URI jar = JqwikTestEngine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();

        List<String> addressing = new ArrayList<>();
        int classes = 0;
        try (JarFile engine = new JarFile(Path.of(jar).toFile())) {
            for (JarEntry entry : engine.stream().toList()) {
                if (entry.getName().endsWith(".class")) {
                    classes++;
                    String text = new String(engine.getInputStream(entry).readAllBytes(), StandardCharsets.ISO_8859_1)
                            .toLowerCase(Locale.ROOT);
                    if (text.contains("agent") || text.contains("disregard")) {
                        addressing.add(entry.getName());
                    }
                }
            }
        }

        assertThat(classes).isPositive();
        assertThat(addressing).as(jar.toString()).isEmpty();
    }
}
