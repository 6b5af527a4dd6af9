package dev.cordon.run;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * {@code payara-config/cluster/start} and {@code add}: PostgreSQL, nodes and nginx on this machine, in development mode and on loopback.
 * Everything is kept in {@code target/cluster} and ends with this program. Each node is a {@link RunMicro} in a process of its own.
 *
 * <p>Run from source ({@code java RunCluster.java}) in the folder of the checkout, so it is one file.
 */
public final class RunCluster {
    /** What carries the news between the nodes, {@code cordon.cluster}, and where the log is. */
    private enum Mode {
        DATABASE("database", "jdbc"),
        GRID("grid", "jdbc"),
        GRID_LOG("grid", "grid");

        private final String cluster;
        private final String log;

        Mode(String cluster, String log) {
            this.cluster = cluster;
            this.log = log;
        }

        boolean onGrid() {
            return this != DATABASE;
        }

        boolean needsDatabase() {
            return this != GRID_LOG;
        }

        /** The ports that a node needs: its own, and that of its member of the grid. */
        List<Integer> ports(int node) {
            return onGrid() ? List.of(node, node + GRID_PORTS_ABOVE) : List.of(node);
        }

        /** How {@code start} is told. */
        String argument() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static String all() {
            return Stream.of(values()).map(Mode::argument).collect(Collectors.joining(" or "));
        }
    }

    /** The programs of Debian's packages nginx and, where there is a database, postgresql. */
    private record Tools(Path nginx, Optional<Path> postgresql) {}

    /** A node that serves. Its process is the launcher's; {@code pid} is Payara Micro's. */
    private record Node(int port, Process process, long pid) {
        String address() {
            return "127.0.0.1:" + port;
        }
    }

    /** Why the command fails, in one line. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message);
        }
    }

    private static final int NODES = 3;
    private static final int DEFAULT_PORT = 8080;
    /** From a node's port to that of its member of the grid. */
    private static final int GRID_PORTS_ABOVE = 1000;

    private static final long STOP_SECONDS = 30;
    private static final String START = "payara-config/cluster/start";
    private static final String ADD = "payara-config/cluster/add";
    private static final Path HOME = Path.of("target/cluster");
    private static final Path DATABASE = HOME.resolve("postgresql");
    private static final Path BALANCER = HOME.resolve("nginx");
    private static final Path PROCESSES = HOME.resolve("processes");
    /** Relative: the address of such a socket has 108 bytes at most. */
    private static final Path CONTROL = HOME.resolve("control");

    private static final Path MICRO = Path.of("target/payara-micro.jar");
    private static final Path WAR = Path.of("target/cordon.war");
    private static final boolean ROOT = System.getProperty("user.name").equals("root");

    private final Mode mode;
    private final int port;
    private final Tools tools;
    private final Map<String, String> settings = new TreeMap<>();
    /** All that was started, in order, by what it is. Guarded by this object's lock. */
    private final Map<String, Process> processes = new LinkedHashMap<>();
    /** By port. Guarded by this object's lock. */
    private final Map<Integer, Node> nodes = new TreeMap<>();
    /** Written with this object's lock. */
    private volatile boolean ending;

    private RunCluster(Mode mode, int port, Tools tools) {
        this.mode = mode;
        this.port = port;
        this.tools = tools;
    }

    public static void main(String[] args) throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(args));
        try {
            switch (arguments.isEmpty() ? "" : arguments.remove(0)) {
                case "start" -> start(arguments);
                case "add" -> add(arguments);
                default -> throw new Failure("usage: " + START + ", or " + ADD);
            }
        } catch (Failure e) {
            fail(e.getMessage());
        } catch (IOException e) {
            fail(e.toString());
        }
    }

    private static void fail(String message) {
        System.err.println("ERROR: " + message);
        System.exit(1);
    }

    private static void start(List<String> arguments) throws IOException, InterruptedException {
        boolean named = !arguments.isEmpty() && !arguments.get(0).matches("\\d+");
        Mode mode = named ? mode(arguments.remove(0)) : Mode.DATABASE;
        int port = arguments.isEmpty() ? DEFAULT_PORT : port(arguments.remove(0));
        if (!arguments.isEmpty()) {
            throw new Failure("usage: " + START + " [" + Mode.all() + "] [port of the load balancer]");
        }
        Tools tools = tools(mode);
        checkAlone();
        checkFree(mode, port);
        RunCluster cluster = new RunCluster(mode, port, tools);
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::end));
        try {
            cluster.run();
        } catch (Failure | IOException e) {
            // After Ctrl-C everything fails, because everything ends.
            if (!cluster.ending) {
                throw e;
            }
        }
    }

    private static Mode mode(String name) {
        return Stream.of(Mode.values())
                .filter(mode -> mode.argument().equals(name))
                .findFirst()
                .orElseThrow(() -> new Failure("the mode is '" + name + "' but must be " + Mode.all()));
    }

    private static int port(String text) {
        int last = 65_535 - GRID_PORTS_ABOVE - NODES;
        if (text.matches("\\d{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= last) {
            return Integer.parseInt(text);
        }
        throw new Failure("the port is '" + text + "' but must be a number from 1 to " + last);
    }

    /** Finds the programs, or says in one line what is missing. */
    private static Tools tools(Mode mode) throws IOException {
        Optional<Path> nginx = program("nginx");
        Optional<Path> postgresql = program("initdb").map(Path::getParent).or(RunCluster::debiansPostgresql);
        List<String> missing = new ArrayList<>();
        if (nginx.isEmpty()) {
            missing.add("nginx");
        }
        if (mode.needsDatabase() && postgresql.isEmpty()) {
            missing.add("postgresql");
        }
        if (!missing.isEmpty()) {
            String names = String.join(" ", missing);
            throw new Failure("missing on this machine: " + names + "; install with: apt-get install " + names);
        }
        return new Tools(nginx.get(), postgresql);
    }

    /** Looks where a shell would, and where root's shell would. */
    private static Optional<Path> program(String name) throws IOException {
        for (String folder : (System.getenv().getOrDefault("PATH", "") + ":/usr/sbin").split(":", -1)) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                return Optional.of(program.toRealPath());
            }
        }
        return Optional.empty();
    }

    /** The newest version; Debian keeps them out of the path. */
    private static Optional<Path> debiansPostgresql() {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.comparingInt(bin -> Integer.parseInt(
                            bin.getParent().getFileName().toString().replaceAll("\\D.*", ""))));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static void checkAlone() throws IOException {
        try (SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(CONTROL))) {
            throw new Failure(
                    "a cluster runs in this checkout already: end it with Ctrl-C in its terminal, or add a node to it with "
                            + ADD);
        } catch (IOException e) {
            // Nobody listens there.
        }
        if (!Files.exists(PROCESSES)) {
            return;
        }
        List<String[]> left = Files.readAllLines(PROCESSES).stream()
                .map(line -> line.split(" ", 3))
                .filter(started -> ProcessHandle.of(Long.parseLong(started[0]))
                        .filter(process -> started[1].equals(startOf(process)))
                        .isPresent())
                .toList();
        if (!left.isEmpty()) {
            throw new Failure("of a cluster that was killed there are still running "
                    + left.stream().map(started -> started[2]).collect(Collectors.joining(", ")) + "; end with: kill "
                    + left.stream().map(started -> started[0]).collect(Collectors.joining(" ")));
        }
    }

    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }

    private static void checkFree(Mode mode, int port) {
        int last = port + NODES;
        String needed = port + " to " + last;
        if (mode.onGrid()) {
            needed += " and " + (port + 1 + GRID_PORTS_ABOVE) + " to " + (last + GRID_PORTS_ABOVE);
        }
        for (int each = port; each <= last; each++) {
            Optional<Integer> taken = (each == port ? List.of(port) : mode.ports(each))
                    .stream().filter(one -> !free(one)).findFirst();
            if (taken.isPresent()) {
                throw new Failure("port " + taken.get() + " is in use on 127.0.0.1; the cluster needs " + needed
                        + ", or others: " + START + " " + mode.argument() + " 9000");
            }
        }
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private void run() throws IOException, InterruptedException {
        build();
        // Another cluster may have started while this one was built.
        checkAlone();
        empty(HOME);
        Files.createDirectories(HOME);
        try (ServerSocketChannel control = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            control.bind(UnixDomainSocketAddress.of(CONTROL));
            System.out.println("Starting " + (mode.needsDatabase() ? "PostgreSQL and " : "") + NODES
                    + " nodes; their logs are in " + HOME + " …");
            List<Process> needed = new ArrayList<>();
            if (mode.needsDatabase()) {
                needed.add(startDatabase());
            }
            startNodes();
            Process balancer = startBalancer();
            needed.add(balancer);
            tell();
            Thread adding = new Thread(() -> serve(control), "control");
            adding.setDaemon(true);
            adding.start();
            CompletableFuture.anyOf(needed.stream().map(Process::onExit).toArray(CompletableFuture<?>[]::new))
                    .join();
            if (!ending) {
                String which = balancer.isAlive() ? "postgresql" : "nginx";
                throw new Failure(which + " has ended by itself, and so the cluster ends; its log is " + log(which));
            }
        }
    }

    /** Builds the WAR, unless it is newer than all that it is made of. */
    private void build() throws IOException, InterruptedException {
        if (Files.exists(MICRO) && Files.exists(WAR)) {
            FileTime built = Files.getLastModifiedTime(WAR);
            if (newest("src/main").compareTo(built) <= 0
                    && newest("webapp").compareTo(built) <= 0
                    && newest("pom.xml").compareTo(built) <= 0) {
                return;
            }
        }
        System.out.println("Building the WAR …");
        Process maven = launch("build", new ProcessBuilder("./mvnw", "-q", "-B", "-Prun", "package").inheritIO());
        if (maven.waitFor() != 0) {
            throw new Failure("the WAR could not be built: see the lines above");
        }
    }

    private static FileTime newest(String root) throws IOException {
        FileTime newest = FileTime.fromMillis(0);
        try (Stream<Path> files = Files.walk(Path.of(root))) {
            for (Path file : files.toList()) {
                FileTime changed = Files.getLastModifiedTime(file);
                newest = changed.compareTo(newest) > 0 ? changed : newest;
            }
        }
        return newest;
    }

    /** Starts a process of which {@link #end} takes care; none after the end has begun. */
    private synchronized Process launch(String name, ProcessBuilder builder) throws IOException {
        if (ending) {
            throw new Failure("the cluster ends");
        }
        Process process = builder.start();
        processes.put(name, process);
        if (Files.isDirectory(HOME)) {
            Files.writeString(
                    PROCESSES,
                    process.pid() + " " + startOf(process.toHandle()) + " " + name + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        return process;
    }

    /** In a session of its own, so that Ctrl-C in the terminal reaches this program only, which ends the others in order. */
    private static ProcessBuilder apart(List<String> command) {
        List<String> apart = new ArrayList<>(List.of("setsid"));
        apart.addAll(command);
        return new ProcessBuilder(apart).redirectErrorStream(true);
    }

    private static Path log(String name) {
        return HOME.resolve(name + ".log");
    }

    private Process startDatabase() throws IOException, InterruptedException {
        Files.createDirectories(DATABASE);
        String password = random();
        Path secret = Files.createFile(
                DATABASE.resolve("password"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, password);
        if (ROOT) {
            for (Path own : List.of(DATABASE, secret)) {
                Files.setOwner(
                        own, own.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
            }
            if (run(
                            "postgresql",
                            asDatabaseUser(List.of(
                                    "test", "-x", DATABASE.toAbsolutePath().toString())))
                    != 0) {
                throw new Failure("PostgreSQL does not run as root, and its user postgres has no access to "
                        + DATABASE.toAbsolutePath() + "; run " + START + " as another user, or move the checkout");
            }
        }
        String data = DATABASE.resolve("data").toAbsolutePath().toString();
        int made = run(
                "postgresql",
                asDatabaseUser(List.of(
                        tools.postgresql().orElseThrow().resolve("initdb").toString(),
                        "--pgdata=" + data,
                        "--username=cordon",
                        "--pwfile=" + secret.toAbsolutePath(),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C")));
        if (made != 0) {
            throw new Failure("PostgreSQL's initdb failed; its log is " + log("postgresql"));
        }
        Files.delete(secret);
        int databasePort = anyFreePort();
        Process database = launch(
                "postgresql",
                apart(asDatabaseUser(List.of(
                                tools.postgresql()
                                        .orElseThrow()
                                        .resolve("postgres")
                                        .toString(),
                                "-D",
                                data,
                                "-p",
                                Integer.toString(databasePort),
                                "-c",
                                "listen_addresses=127.0.0.1",
                                "-c",
                                "unix_socket_directories=")))
                        .directory(DATABASE.toFile())
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                log("postgresql").toFile())));
        awaitPort("postgresql", database, databasePort);
        settings.put("CORDON_JDBC_URL", "jdbc:postgresql://127.0.0.1:" + databasePort + "/postgres");
        settings.put("CORDON_JDBC_USER", "cordon");
        settings.put("CORDON_JDBC_PASSWORD", password);
        return database;
    }

    /** PostgreSQL rejects root. */
    private static List<String> asDatabaseUser(List<String> command) {
        if (!ROOT) {
            return command;
        }
        List<String> changed =
                new ArrayList<>(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        changed.addAll(command);
        return changed;
    }

    private static int run(String log, List<String> command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .directory(HOME.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(log).toFile()))
                .start()
                .waitFor();
    }

    private static int anyFreePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(String name, Process process, int port) throws InterruptedException {
        while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                // Not yet.
            }
        }
        throw new Failure(name + " has ended with status " + process.exitValue() + "; its log is " + log(name));
    }

    private void startNodes() throws IOException {
        settings.put("CORDON_MODE", "dev");
        settings.put("CORDON_LOG", mode.log);
        settings.put("CORDON_CLUSTER", mode.cluster);
        if (mode.onGrid()) {
            unlessSet("CORDON_GRID_KEY", randomKey());
        }
        unlessSet("CORDON_TOKEN_HMAC_SECRET", random());
        unlessSet("CORDON_API_KEYS", random());
        // To the nodes all clients come from nginx.
        unlessSet("CORDON_CONNECT_RATE_PER_ADDRESS", "0");
        unlessSet("CORDON_DRAIN_PERIOD", "PT1S");
        List<CompletableFuture<Node>> starting = new ArrayList<>();
        for (int each = port + 1; each <= port + NODES; each++) {
            starting.add(startNode(each));
        }
        starting.forEach(RunCluster::await);
    }

    private void unlessSet(String name, String value) {
        settings.put(name, System.getenv().getOrDefault(name, value));
    }

    private static Node await(CompletableFuture<Node> starting) {
        try {
            return starting.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Failure why ? why : e;
        }
    }

    private CompletableFuture<Node> startNode(int nodePort) throws IOException {
        String name = "node-" + nodePort;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "src/run/java/dev/cordon/run/RunMicro.java",
                MICRO.toString(),
                WAR.toString(),
                "payara-config",
                Integer.toString(nodePort)));
        command.addAll(gridOptions(nodePort));
        ProcessBuilder builder = apart(command);
        builder.environment().putAll(settings);
        Process process = launch(name, builder);
        CompletableFuture<Node> started = new CompletableFuture<>();
        Thread output = new Thread(() -> follow(nodePort, process, log(name), started), name);
        output.setDaemon(true);
        output.start();
        return started;
    }

    /** Those of {@link RunMicro}. A node that is added joins through the first ones. */
    private List<String> gridOptions(int nodePort) {
        if (!mode.onGrid()) {
            return List.of("--nohazelcast");
        }
        String members = IntStream.rangeClosed(port + 1, port + NODES)
                .mapToObj(each -> "127.0.0.1:" + (each + GRID_PORTS_ABOVE))
                .collect(Collectors.joining(","));
        return List.of(
                "-Dgrid.interface=127.0.0.1",
                "-Dgrid.port=" + (nodePort + GRID_PORTS_ABOVE),
                "-Dgrid.members=" + members,
                "-Dgrid.quorum=" + (NODES / 2 + 1),
                "--hzconfigfile",
                "payara-config/cluster/hazelcast-grid.xml");
    }

    /** Copies a launcher's output to a log until its end, and tells when the node serves and when it has ended. */
    private void follow(int nodePort, Process process, Path log, CompletableFuture<Node> started) {
        String why = "see " + log;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                BufferedWriter copy = Files.newBufferedWriter(
                        log, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                copy.write(line + "\n");
                copy.flush();
                if (line.startsWith("ERROR: ")) {
                    why = line.replaceFirst("^ERROR: (Cordon did not start: )?", "") + "; its log is " + log;
                } else if (line.startsWith("Cordon is ready: ")) {
                    started.complete(serving(nodePort, process));
                }
            }
        } catch (IOException e) {
            why = e.toString();
        }
        if (!started.completeExceptionally(new Failure("the node on port " + nodePort + " did not start: " + why))) {
            gone(nodePort, process, log);
        }
    }

    private synchronized Node serving(int nodePort, Process launcher) {
        long pid = launcher.children().findFirst().map(ProcessHandle::pid).orElseGet(launcher::pid);
        Node node = new Node(nodePort, launcher, pid);
        nodes.put(nodePort, node);
        return node;
    }

    private void gone(int nodePort, Process process, Path log) {
        int status = process.onExit().join().exitValue();
        synchronized (this) {
            nodes.remove(nodePort);
            if (!ending) {
                System.out.println("The node 127.0.0.1:" + nodePort + " has ended with status " + status + "; "
                        + (nodes.isEmpty() ? "no node is left" : "its clients go on at the others") + ". " + ADD
                        + " starts one in its place. Its log is " + log);
            }
        }
    }

    private Process startBalancer() throws IOException, InterruptedException {
        Files.createDirectories(BALANCER);
        String home = BALANCER.toAbsolutePath().toString();
        Files.writeString(BALANCER.resolve("nginx.conf"), """
                daemon off;
                pid "%1$s/pid";
                error_log "%3$s";
                events {}
                http {
                  access_log off;
                  client_body_temp_path "%1$s/body"; proxy_temp_path "%1$s/proxy";
                  fastcgi_temp_path "%1$s/fastcgi"; uwsgi_temp_path "%1$s/uwsgi"; scgi_temp_path "%1$s/scgi";
                  map $arg_node $cordon_node { include cordon-names.conf; }
                  include "%2$s";
                }
                """.formatted(
                        home,
                        Path.of("payara-config/cluster/cordon.conf").toAbsolutePath(),
                        log("nginx").toAbsolutePath()));
        Files.writeString(BALANCER.resolve("cordon-listen.conf"), "listen 127.0.0.1:" + port + ";\n");
        // The demo page, the API and the development mode, which only this machine reaches here.
        Files.writeString(BALANCER.resolve("cordon-locations.conf"), """
                location = /dev/kill { if ($cordon_node = '') { return 404; } proxy_pass http://$cordon_node; }
                location ~ ^/ { proxy_next_upstream error timeout; proxy_pass http://cordon; }
                """);
        listNodes();
        Process balancer = launch(
                "nginx",
                apart(nginx())
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(log("nginx").toFile())));
        awaitPort("nginx", balancer, port);
        return balancer;
    }

    private List<String> nginx() {
        return List.of(
                tools.nginx().toString(),
                "-p",
                BALANCER.toAbsolutePath().toString(),
                "-e",
                log("nginx").toAbsolutePath().toString(),
                "-c",
                BALANCER.resolve("nginx.conf").toAbsolutePath().toString());
    }

    private void listNodes() throws IOException {
        String upstream = "";
        String names = "";
        for (Node node : present()) {
            upstream += "server " + node.address() + " max_fails=1 fail_timeout=2s;\n";
            names += node.address() + " " + node.address() + ";\n";
        }
        Files.writeString(BALANCER.resolve("cordon-nodes.conf"), upstream);
        Files.writeString(BALANCER.resolve("cordon-names.conf"), names);
    }

    private synchronized Collection<Node> present() {
        return List.copyOf(nodes.values());
    }

    private void tell() {
        String base = "http://127.0.0.1:" + port + "/";
        StringBuilder text = new StringBuilder("\n" + NODES + " nodes with one log "
                + (mode.needsDatabase() ? "in PostgreSQL" : "on the grid") + ", mode " + mode.cluster
                + ", behind nginx. Ctrl-C ends all.\n\n  demo page    " + base + "\n");
        for (Node node : present()) {
            text.append("  node         http://" + node.address() + "/   console http://" + node.address()
                    + "/console/   kill it: kill -9 " + node.pid() + "\n");
        }
        text.append("  publish      curl " + base + "api/publish -H 'X-API-Key: "
                + settings.get("CORDON_API_KEYS").split(",", -1)[0].strip()
                + "' -H 'Content-Type: application/json' -d '{\"channel\":\"#bob\",\"data\":{\"text\":\"hello\"}}'\n");
        text.append("  add a node   " + ADD + "   (in another terminal)\n");
        System.out.println(text);
    }

    /** Carries out what {@code add} asks for, one after the other. */
    private void serve(ServerSocketChannel control) {
        while (control.isOpen()) {
            try (SocketChannel asked = control.accept();
                    BufferedReader in = new BufferedReader(Channels.newReader(asked, StandardCharsets.UTF_8));
                    Writer out = Channels.newWriter(asked, StandardCharsets.UTF_8)) {
                if ("add".equals(in.readLine())) {
                    out.write(added() + "\n");
                }
            } catch (IOException e) {
                if (control.isOpen() && !ending) {
                    System.out.println("A node could not be added: " + e);
                }
            }
        }
    }

    private String added() {
        try {
            int next = port + 1;
            synchronized (this) {
                while (nodes.containsKey(next)) {
                    next++;
                }
            }
            for (int each : mode.ports(next)) {
                if (!free(each)) {
                    throw new Failure("port " + each + " is in use on 127.0.0.1");
                }
            }
            Node node = await(startNode(next));
            listNodes();
            List<String> reload = new ArrayList<>(nginx());
            reload.addAll(List.of("-s", "reload"));
            if (run("nginx", reload) != 0) {
                throw new Failure("nginx did not take the new node; its log is " + log("nginx"));
            }
            String line = "The node " + node.address() + " serves: http://" + node.address() + "/   kill it: kill -9 "
                    + node.pid();
            System.out.println(line);
            return line;
        } catch (Failure e) {
            return "ERROR: " + e.getMessage();
        } catch (IOException e) {
            return "ERROR: " + e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "ERROR: the cluster ends";
        }
    }

    private static void add(List<String> arguments) {
        if (!arguments.isEmpty()) {
            throw new Failure("usage: " + ADD);
        }
        try (SocketChannel cluster = SocketChannel.open(UnixDomainSocketAddress.of(CONTROL))) {
            System.out.println("Starting a node …");
            cluster.write(StandardCharsets.UTF_8.encode("add\n"));
            String answer = new BufferedReader(Channels.newReader(cluster, StandardCharsets.UTF_8)).readLine();
            if (answer == null || answer.startsWith("ERROR: ")) {
                throw new Failure(answer == null ? "the cluster has ended" : answer.substring("ERROR: ".length()));
            }
            System.out.println(answer);
        } catch (IOException e) {
            throw new Failure("no cluster runs in this checkout: start one with " + START);
        }
    }

    /** Ends everything, those first that need the others. */
    private void end() {
        Map<String, Process> left;
        synchronized (this) {
            ending = true;
            left = new LinkedHashMap<>(processes);
        }
        if (left.isEmpty()) {
            return;
        }
        System.out.println("Ending …");
        Process database = left.remove("postgresql");
        Process balancer = left.remove("nginx");
        Stream.ofNullable(balancer).forEach(Process::destroy);
        left.values().forEach(Process::destroy);
        Stream.concat(Stream.ofNullable(balancer), left.values().stream()).forEach(RunCluster::awaitEnd);
        if (database != null) {
            interrupt(database);
            awaitEnd(database);
        }
        try {
            empty(DATABASE);
            empty(BALANCER);
            Files.deleteIfExists(CONTROL);
            Files.deleteIfExists(PROCESSES);
            System.out.println("All have ended. Their logs are in " + HOME + ".");
        } catch (IOException e) {
            System.out.println("All have ended, but not everything could be deleted: " + e);
        }
    }

    /** PostgreSQL's fast end; at SIGTERM it would wait for its clients. */
    private static void interrupt(Process process) {
        try {
            new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start();
        } catch (IOException e) {
            process.destroy();
        }
    }

    private static void awaitEnd(Process process) {
        try {
            if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            // Ends at once then.
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static void empty(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private static String random() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes());
    }

    /** As {@code openssl rand -base64 32}. */
    private static String randomKey() {
        return Base64.getEncoder().encodeToString(randomBytes());
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
