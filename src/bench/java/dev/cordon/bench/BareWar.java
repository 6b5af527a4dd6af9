package dev.cordon.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packs the bare endpoint's classes into a WAR for Payara. */
final class BareWar {
    private static final String CONTEXT_ROOT = "<payara-web-app><context-root>/</context-root></payara-web-app>";
    private static final List<String> CLASSES = List.of("BareEndpoint", "Hub");

    private BareWar() {}

    static Path write(Path file) throws IOException {
        try (ZipOutputStream war = new ZipOutputStream(Files.newOutputStream(file))) {
            put(war, "WEB-INF/payara-web.xml", CONTEXT_ROOT.getBytes(StandardCharsets.UTF_8));
            for (String name : CLASSES) {
                String path = "dev/cordon/bench/peer/" + name + ".class";
                try (InputStream in = BareWar.class.getResourceAsStream("/" + path)) {
                    if (in == null) {
                        throw new IOException(path + " is not on the class path");
                    }
                    put(war, "WEB-INF/classes/" + path, in.readAllBytes());
                }
            }
        }
        return file;
    }

    private static void put(ZipOutputStream war, String name, byte[] content) throws IOException {
        war.putNextEntry(new ZipEntry(name));
        war.write(content);
        war.closeEntry();
    }
}
