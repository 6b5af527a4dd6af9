package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table of a document that must agree with the code; {@code -Dmetrics.doc.write=true} writes it anew. */
public final class DocTable {
    private DocTable() {}

    /** @param head its first two lines, by which it is found */
    public static void holds(Path document, String head, Stream<String> rows) throws IOException {
        String table = rows.collect(Collectors.joining("", head, ""));
        Pattern pattern = Pattern.compile(Pattern.quote(head) + "(\\|.*\\n)*");
        if (Boolean.getBoolean("metrics.doc.write")) {
            write(document, pattern, table);
        }

        Matcher written = pattern.matcher(Files.readString(document));

        assertThat(written.find()).isTrue();
        assertThat(written.group()).isEqualTo(table);
    }

    /** Under a lock: another process of the tests may write another table of the same document. */
    private static void write(Path document, Pattern pattern, String table) throws IOException {
        try (FileChannel lock = FileChannel.open(
                Path.of("target/doc-tables.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            Matcher old = pattern.matcher(Files.readString(document));
            Files.writeString(document, old.replaceFirst(Matcher.quoteReplacement(table)));
        }
    }
}
