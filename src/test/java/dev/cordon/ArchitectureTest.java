package dev.cordon;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.cordon.log.UserGroups;
import dev.cordon.log.UserLog;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the table of packages in docs/architecture.md: which package may use which, and which part of the container. */
class ArchitectureTest {
    private static final JavaClasses CORDON = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.cordon");

    /** Each package and what it may use of the others. {@code config} puts the parts together and may use all of them. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("protocol.json", Set.of()),
            Map.entry("protocol.protobuf", Set.of()),
            Map.entry("protocol", Set.of("protocol.json", "protocol.protobuf")),
            Map.entry("heap", Set.of()),
            Map.entry("metric", Set.of()),
            Map.entry("http", Set.of()),
            Map.entry("hook.http", Set.of("hook", "http", "metric", "protocol")),
            Map.entry("websocket", Set.of("protocol")),
            Map.entry("auth", Set.of("http", "protocol")),
            Map.entry("log", Set.of("heap", "protocol")),
            Map.entry("cluster", Set.of("heap", "manager", "log", "metric", "protocol")),
            Map.entry("jdbc", Set.of("cluster", "heap", "hook", "hook.http", "log", "manager", "outbox", "protocol")),
            Map.entry("outbox", Set.of("log", "manager", "metric", "protocol", "publish")),
            Map.entry("grid", Set.of("cluster", "heap", "log", "manager", "protocol")),
            Map.entry("manager", Set.of("heap", "log", "metric", "protocol")),
            Map.entry("hook", Set.of("heap", "metric", "protocol")),
            Map.entry("publish", Set.of("heap", "log", "manager", "metric", "protocol")),
            Map.entry(
                    "gateway",
                    Set.of("cluster", "heap", "auth", "hook", "manager", "log", "publish", "metric", "protocol")),
            Map.entry("endpoint", Set.of("gateway", "websocket", "heap", "http", "auth", "manager", "protocol")),
            Map.entry("stream", Set.of("endpoint", "gateway", "manager", "http", "auth", "protocol", "cluster", "log")),
            Map.entry("payara", Set.of("endpoint", "gateway", "websocket", "heap", "http", "auth", "protocol")),
            Map.entry("payara.http", Set.of("http")),
            Map.entry(
                    "api",
                    Set.of("cluster", "heap", "http", "auth", "publish", "log", "manager", "metric", "protocol")),
            Map.entry("upkeep", Set.of("heap", "manager", "log", "publish", "metric", "protocol")),
            Map.entry("canary", Set.of("manager", "publish", "metric", "protocol")),
            Map.entry("kpi", Set.of("heap", "canary", "manager", "publish", "log", "upkeep", "metric", "protocol")),
            Map.entry("legacy", Set.of("endpoint", "manager", "publish", "metric", "protocol")),
            Map.entry("client", Set.of("protocol.json")),
            Map.entry(
                    "console",
                    Set.of(
                            "cluster",
                            "heap",
                            "http",
                            "metric",
                            "auth",
                            "kpi",
                            "legacy",
                            "upkeep",
                            "manager",
                            "publish",
                            "log",
                            "protocol")));

    @TestFactory
    Iterable<DynamicTest> packagesUseOnlyWhatTheTableAllows() {
        return MAY_USE.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(),
                        () -> uses(entry.getKey(), entry.getValue()).check(CORDON)))
                .toList();
    }

    private static ArchRule uses(String name, Set<String> allowed) {
        String[] permitted =
                new TreeSet<>(allowed).stream().map(ArchitectureTest::inPackage).toArray(String[]::new);
        DescribedPredicate<JavaClass> others = resideInAPackage("dev.cordon..")
                .and(resideOutsideOfPackages(inPackage(name)))
                .and(resideOutsideOfPackages(permitted));
        return noClasses()
                .that(resideInAPackage(inPackage(name)).and(resideOutsideOfPackages(within(name))))
                .should()
                .dependOnClassesThat(others.as("are not of " + allowed))
                .allowEmptyShould(true);
    }

    /** Packages within another one that have a row of their own. */
    private static String[] within(String name) {
        return MAY_USE.keySet().stream()
                .filter(other -> other.startsWith(name + "."))
                .map(ArchitectureTest::inPackage)
                .toArray(String[]::new);
    }

    @Test
    void everyPackageIsInTheTable() {
        Set<String> packages = CORDON.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith("dev.cordon."))
                .map(name -> name.substring("dev.cordon.".length()))
                .collect(Collectors.toSet());

        assertThat(MAY_USE.keySet())
                .containsAll(
                        packages.stream().filter(name -> !name.equals("config")).toList());
    }

    @Test
    @DisplayName("the node does without the client, which is not in the WAR; the client needs the JDK alone")
    void theClientStandsAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.cordon.client..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.cordon.client..")
                .check(CORDON);
        noClasses()
                .that()
                .resideInAnyPackage("dev.cordon.client..", "dev.cordon.protocol.json..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "dev.cordon.client..",
                        "dev.cordon.protocol.json..",
                        "java..",
                        "javax.net..",
                        "javax.sql..",
                        "org.jspecify..")
                .check(CORDON);
    }

    @Test
    void noPackageDependsOnThePayaraPackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.cordon.payara..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.cordon.payara..")
                .check(CORDON);
    }

    @Test
    @DisplayName(
            "only endpoint and payara use the container's WebSockets, and legacy for an application's own sessions")
    void onlyThreePackagesUseTheContainersWebSockets() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.cordon.endpoint..", "dev.cordon.payara..", "dev.cordon.legacy..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jakarta.websocket..")
                .check(CORDON);
    }

    @Test
    void onlyPayaraUsesTheServersInternalClasses() {
        onlyIn(
                "dev.cordon.payara..",
                "org.glassfish..",
                "com.sun.enterprise..",
                "fish.payara..",
                "org.apache.catalina..");
    }

    @Test
    void onlyPayaraNamesTheServersInternalClasses() throws IOException {
        Pattern insides = Pattern.compile("org[./]glassfish|com[./]sun[./](?!management)|fish[./]payara|org[./]apache");
        List<String> naming = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                if (!source.toString().contains("/payara/")
                        && insides.matcher(Files.readString(source)).find()) {
                    naming.add(source.toString());
                }
            }
        }

        assertThat(naming).isEmpty();
    }

    @Test
    void websocketUsesOnlyFrameAndUtf8OfTheProtocol() {
        noClasses()
                .that()
                .resideInAPackage("dev.cordon.websocket..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.cordon.protocol..")
                        .and(DescribedPredicate.not(DescribedPredicate.describe(
                                "are Frame or Utf8",
                                type -> Set.of("Frame", "Utf8").contains(type.getSimpleName())))))
                .check(CORDON);
    }

    @Test
    void onlyKpiUsesMicroProfileMetricsAndHealth() {
        onlyIn("dev.cordon.kpi..", "org.eclipse.microprofile.metrics..", "org.eclipse.microprofile.health..");
    }

    @Test
    void onlyConfigReadsSettings() {
        onlyIn("dev.cordon.config..", "org.eclipse.microprofile.config..");
    }

    @Test
    @DisplayName("only the grid uses Hazelcast, and it is loaded in its mode alone")
    void onlyTheGridUsesHazelcast() {
        onlyIn("dev.cordon.grid..", "com.hazelcast..");
    }

    @Test
    @DisplayName("only jdbc uses databases, and in the client the publisher in transactions, by the JDK alone")
    void onlyJdbcUsesDatabases() {
        onlyIn("dev.cordon.jdbc..", "org.postgresql..", "org.h2..");
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.cordon.jdbc..", "dev.cordon.client..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..")
                .check(CORDON);
    }

    @Test
    void onlyAuthUsesTheTokenLibrary() {
        onlyIn("dev.cordon.auth..", "com.nimbusds..");
    }

    private static void onlyIn(String home, String... libraries) {
        noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(libraries)
                .check(CORDON);
    }

    @Test
    void onlyTheTimerUsesEnterpriseBeans() {
        noClasses()
                .that()
                .doNotHaveSimpleName("CleanupTimer")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jakarta.ejb..")
                .check(CORDON);
    }

    @Test
    void noPackageUsesJakartaRest() {
        onlyIn("nowhere..", "jakarta.ws.rs..");
    }

    @Test
    @DisplayName(
            "F22 dependencies are parameters of the constructor: nothing is injected into a field but where the container makes the object")
    void dependenciesAreParametersOfTheConstructor() {
        noFields()
                .that()
                .areDeclaredInClassesThat()
                .haveNameNotMatching(".*\\.(Lifecycle|CleanupTimer)")
                .should()
                .beAnnotatedWith(Inject.class)
                .orShould()
                .beAnnotatedWith(Resource.class)
                .check(CORDON);
    }

    @Test
    @DisplayName("F22 no constructor takes an optional part, except for parts that a setting leaves out")
    void noPartIsOptional() {
        Set<String> optional = CORDON.stream()
                .flatMap(type -> type.getConstructors().stream())
                .flatMap(made -> made.getParameters().stream())
                .filter(parameter -> parameter.getRawType().isEquivalentTo(Optional.class))
                .filter(parameter -> parameter.getType().getAllInvolvedRawTypes().stream()
                        .anyMatch(part -> part.getPackageName().startsWith("dev.cordon.")
                                && !part.isRecord()
                                && !part.isEnum()
                                && !part.getPackageName().equals("dev.cordon.protocol")))
                .map(parameter -> parameter.getOwner().getOwner().getSimpleName())
                .collect(Collectors.toCollection(TreeSet::new));

        // Tokens of development mode, keys from an address, the connection under a socket or a stream where the
        // server's
        // network layer is known.
        assertThat(optional)
                .isSubsetOf("DevTokenServlet", "Start", "TokenVerifier", "ServletWire", "ContainerResponse");
    }

    @Test
    @DisplayName("F49 each adapter of the log is held to the one contract of its port")
    void eachAdapterOfTheLogHasTheContract() {
        assertThat(adaptersOf(UserLog.class)).containsExactlyInAnyOrder("MemoryUserLog", "JdbcUserLog", "GridUserLog");
        assertThat(testsOf("dev.cordon.log.UserLogContract"))
                .contains("MemoryUserLogTest", "H2UserLogTest", "PostgresUserLogTest", "GridUserLogContractTest");
    }

    @Test
    @DisplayName("no adapter of the groups is unknown here: each has a test that inherits UserGroupsContract")
    void namesEachAdapterOfTheGroups() {
        assertThat(adaptersOf(UserGroups.class))
                .containsExactlyInAnyOrder("MemoryUserGroups", "DatabaseGroups", "GridUserGroups");
    }

    private static Set<String> adaptersOf(Class<?> port) {
        return CORDON.stream()
                .filter(type -> type.isAssignableTo(port) && !type.isInterface())
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet());
    }

    private static Set<String> testsOf(String contract) {
        JavaClasses tests = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages("dev.cordon.log", "dev.cordon.jdbc", "dev.cordon.grid");
        return tests.stream()
                .filter(type ->
                        type.isAssignableTo(contract) && !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet());
    }

    private static String inPackage(String name) {
        return "dev.cordon." + name + "..";
    }
}
