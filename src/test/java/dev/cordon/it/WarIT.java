package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the built WAR says about itself and about the third-party works in it. Starts no server. */
class WarIT {
    private static final String SBOM = "WEB-INF/classes/META-INF/sbom/";

    private JarFile war;

    /** @param name of the file in the WAR, or in a JAR in it behind {@code !/} */
    private record Row(String work, String version, String licence, String name, String text) {}

    private record Component(String name, String version, String sha256, List<Component> files) {}

    @BeforeEach
    void open() throws IOException {
        war = new JarFile(Path.of(System.getProperty("cordon.war")).toFile());
    }

    @AfterEach
    void close() throws IOException {
        war.close();
    }

    @Test
    void theManifestHasVersionAndCommit() throws IOException {
        Attributes manifest = war.getManifest().getMainAttributes();

        assertThat(manifest.getValue("Implementation-Title")).isEqualTo("Cordon");
        assertThat(manifest.getValue("Implementation-Version")).isEqualTo(versionOfThePom());
        assertThat(manifest.getValue("Implementation-Build")).matches(commit());
    }

    @Test
    void theApplicationKnowsTheCommitOfTheManifest() throws IOException {
        String commit = war.getManifest().getMainAttributes().getValue("Implementation-Build");

        assertThat(text("WEB-INF/classes/META-INF/cordon-commit.properties")).contains("commit=" + commit + "\n");
    }

    @Test
    void carriesTheLicenceAndTheNotice() throws IOException {
        assertThat(text("META-INF/LICENSE")).isEqualTo(Files.readString(Path.of("LICENSE")));
        assertThat(text("META-INF/NOTICE")).isEqualTo(Files.readString(Path.of("NOTICE")));
    }

    @Test
    void theNoticeListsEachThirdPartyWorkAndNoOther() throws IOException {
        List<String> works = war.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.matches("WEB-INF/lib/.+|vendor/.+\\.(js|css)"))
                .sorted()
                .toList();

        assertThat(works).isNotEmpty();
        assertThat(notice().stream().map(Row::name).distinct().sorted()).containsExactlyElementsOf(works);
    }

    @Test
    void theNoticeNamesTheVersionsAndTheLicenceTextsInTheWar() throws IOException {
        for (Row row : notice()) {
            assertThat(content(row.text())).as(row.text()).isNotEmpty();
            String readme = row.name().replaceFirst("[^/]+$", "README.md");
            String named = row.name().startsWith("vendor/")
                    ? text(readme).lines().findFirst().orElse("")
                    : row.text();
            assertThat(named).as(row.work()).contains(row.version());
        }
    }

    @Test
    void theNoticeListsEachLicenceTextInTheJars() throws IOException {
        List<String> texts = new ArrayList<>();
        for (String jar : jars()) {
            try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(content(jar)))) {
                for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                    if (entry.getName().matches("(.*/)?(LICENSE|NOTICE)(\\.\\w+)?")) {
                        texts.add(jar + "!/" + entry.getName());
                    }
                }
            }
        }

        assertThat(notice().stream().map(Row::text).filter(text -> text.contains("!/")))
                .containsExactlyInAnyOrderElementsOf(texts);
    }

    @Test
    void theBillOfMaterialsListsTheLibraryFolder() throws IOException {
        Map<String, String> expected = new TreeMap<>();
        for (String jar : jars()) {
            expected.put(jar.replace("WEB-INF/lib/", ""), sha256(content(jar)));
        }

        Map<String, String> listed = components(SBOM + "application.cdx.json").stream()
                .collect(Collectors.toMap(each -> each.name() + "-" + each.version() + ".jar", Component::sha256));

        assertThat(listed).isNotEmpty().isEqualTo(expected);
    }

    @Test
    void theBillOfMaterialsOfThePagesListsTheVendoredFiles() throws IOException {
        Map<String, String> expected = new TreeMap<>();
        for (Row row : notice()) {
            if (row.name().startsWith("vendor/")) {
                expected.put(row.name(), sha256(content(row.name())));
            }
        }

        Map<String, String> files = components(SBOM + "browser.cdx.json").stream()
                .flatMap(work -> work.files().stream())
                .collect(Collectors.toMap(Component::name, Component::sha256));

        assertThat(files).isNotEmpty().isEqualTo(expected);
        assertThat(components(SBOM + "browser.cdx.json").stream().map(work -> work.name() + " " + work.version()))
                .containsExactlyInAnyOrderElementsOf(notice().stream()
                        .filter(row -> row.name().startsWith("vendor/"))
                        .map(row -> row.work().toLowerCase(Locale.ROOT) + " " + row.version())
                        .distinct()
                        .toList());
    }

    @Test
    void theClientOfBackEndsIsAnArtifactOfItsOwn() throws IOException {
        assertThat(war.stream().map(ZipEntry::getName)).noneMatch(name -> name.contains("dev/cordon/client"));
        Path built = Path.of(System.getProperty("cordon.war")).resolveSibling("cordon-client.jar");
        try (JarFile client = new JarFile(built.toFile())) {
            List<String> classes = client.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".class"))
                    .toList();
            assertThat(classes).contains("dev/cordon/client/CordonClient.class");
            assertThat(classes)
                    .allMatch(name -> name.matches(
                            "dev/cordon/(client|protocol/json)/\\w+(\\$\\w+)*\\.class|.+/package-info\\.class"));
        }
    }

    /** A file with the time of its build would differ from build to build. */
    @Test
    void allFilesHaveOneDate() {
        assertThat(war.stream().map(ZipEntry::getTimeLocal).distinct()).hasSize(1);
    }

    private static String versionOfThePom() throws IOException {
        return Files.readString(Path.of("pom.xml"))
                .split("<artifactId>cordon</artifactId>\\s*<version>", 2)[1]
                .split("<", 2)[0];
    }

    private static String commit() {
        return Files.exists(Path.of(".git")) ? "[0-9a-f]{40}" : "unknown";
    }

    private List<String> jars() {
        return war.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.matches("WEB-INF/lib/.+"))
                .toList();
    }

    private List<Row> notice() throws IOException {
        return text("META-INF/NOTICE")
                .lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.split(" *\\| *", -1))
                .filter(cells -> cells[4].contains("/"))
                .map(cells -> new Row(cells[1], cells[2], cells[3], cells[4], cells[5]))
                .toList();
    }

    private String text(String name) throws IOException {
        return new String(content(name), StandardCharsets.UTF_8);
    }

    private byte[] content(String name) throws IOException {
        String[] path = name.split("!/", 2);
        ZipEntry entry = war.getEntry(path[0]);
        assertThat(entry).as(path[0]).isNotNull();
        byte[] content;
        try (InputStream file = war.getInputStream(entry)) {
            content = file.readAllBytes();
        }
        return path.length == 1 ? content : inside(content, path[1]);
    }

    private static byte[] inside(byte[] jar, String name) throws IOException {
        try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                if (entry.getName().equals(name)) {
                    return entries.readAllBytes();
                }
            }
        }
        return new byte[0];
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the list's outermost components. JSON is YAML. */
    private List<Component> components(String sbom) throws IOException {
        Map<String, Object> list = new Yaml(new SafeConstructor(new LoaderOptions())).load(text(sbom));
        return maps(list, "components").stream().map(WarIT::component).toList();
    }

    private static Component component(Map<String, Object> of) {
        String sha256 = maps(of, "hashes").stream()
                .filter(hash -> "SHA-256".equals(hash.get("alg")))
                .map(hash -> String.valueOf(hash.get("content")))
                .collect(Collectors.joining());
        List<Component> parts =
                maps(of, "components").stream().map(WarIT::component).toList();
        return new Component(String.valueOf(of.get("name")), String.valueOf(of.get("version")), sha256, parts);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> maps(Map<String, Object> of, String name) {
        return (List<Map<String, Object>>) of.getOrDefault(name, List.of());
    }
}
