package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/** The application of docs/transactions.md, as a reader copies it from there. */
public final class DocumentedShop {
    private static final Pattern NAME = Pattern.compile("public class (\\w+)");

    private DocumentedShop() {}

    /** The document's blocks in a language, in their order. */
    static List<String> blocks(String language) {
        Pattern fenced = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```");
        return fenced.matcher(document()).results().map(found -> found.group(1)).toList();
    }

    private static String document() {
        try {
            return Files.readString(Path.of("docs/transactions.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Compiles the classes of the document, and others beside them.
     *
     * @param change of the document's sources
     * @return the folder of the classes
     */
    public static Path compile(Path folder, UnaryOperator<String> change, String... others) throws IOException {
        List<String> sources =
                new ArrayList<>(blocks("java").stream().map(change).toList());
        sources.addAll(List.of(others));
        List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path")));
        for (String source : sources) {
            Matcher name = NAME.matcher(source);
            assertThat(name.find()).isTrue();
            arguments.add(Files.writeString(folder.resolve(name.group(1) + ".java"), source)
                    .toString());
        }
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler().run(null, errors, errors, arguments.toArray(String[]::new));
        assertThat(status).as(errors.toString(StandardCharsets.UTF_8)).isZero();
        return folder;
    }
}
