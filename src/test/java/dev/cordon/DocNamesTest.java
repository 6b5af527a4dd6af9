package dev.cordon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each class that a document names, as {@code Name}, {@code Name.member} or {@code package/Name}, is one that exists. */
class DocNamesTest {
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|interface|enum|record)\\s+([A-Z]\\w*)");

    private static final Pattern NAMED =
            Pattern.compile("`@?(?:([a-z]\\w*)/)?([A-Z]\\w*[a-z]\\w*)(?:\\.\\w+)*(?:\\([^`]*\\))?`");

    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");

    /** Names from the JDK, Jakarta EE, the server and libraries; and header fields, which look alike. */
    private static final Set<String> FOREIGN = Set.of("""
            Alerts ApplicationScoped Application_Running Application_Unloaded ArrayDeque BeforeBeanDiscovery CompletableFuture Config
            ContextService Configurator DataSource Deployment_Failed DisplayName DriverManager Error EventFD EventSource
            Execution ExtendWith Forwarded GiB Host HttpUpgradeHandler IOException Inject InputStream
            Isolated JWKSourceBuilder JsonParser KiB LimitNOFILE LongAdder ManagedThreadFactory Map MiB
            NonBlockingByteArrayParser NullPointerException OnClose OnMessage Origin OutOfMemoryError
            OutputBuffer Processor ReadListener RuntimeException SSLContext ServerEndpoint ServiceLoader
            Supplier Timer Transactional UTF8StreamJsonParser Undeployment_Start UserTransaction VarHandle WebSocket WriteListener
            """.trim().split("\\s+"));

    @Test
    void everyClassThatADocumentNamesExists() throws IOException {
        Set<String> known = new HashSet<>(FOREIGN);
        Set<String> places = new HashSet<>();
        sources().forEach(source -> {
            DECLARED.matcher(text(source)).results().forEach(declared -> known.add(declared.group(1)));
            String path = source.toString();
            int file = path.lastIndexOf('/');
            places.add(path.substring(path.lastIndexOf('/', file - 1) + 1).replace(".java", ""));
        });

        List<String> unknown = new ArrayList<>();
        documents()
                .forEach(
                        document -> NAMED.matcher(FENCED.matcher(text(document)).replaceAll(""))
                                .results()
                                .filter(name -> !exists(name, known, places))
                                .forEach(name -> unknown.add(document + ": " + name.group())));

        assertThat(unknown).isEmpty();
    }

    private static boolean exists(MatchResult name, Set<String> known, Set<String> places) {
        return name.group(1) == null
                ? known.contains(name.group(2))
                : places.contains(name.group(1) + "/" + name.group(2));
    }

    private static List<Path> sources() throws IOException {
        return files("src", ".java");
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(files("docs", ".md"));
        documents.add(Path.of("README.md"));
        documents.add(Path.of("CONTRIBUTING.md"));
        return documents;
    }

    private static List<Path> files(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
