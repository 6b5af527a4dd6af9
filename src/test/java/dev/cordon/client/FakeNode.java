package dev.cordon.client;

import dev.cordon.protocol.json.JsonFields;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ServerSocketFactory;

/**
 * A node on loopback that stores messages as a real one does, keys included, and misbehaves as a test says. Several may
 * share one log.
 */
final class FakeNode implements AutoCloseable {
    /** What it does with a request. */
    interface Behaviour {
        /** @return false if the connection ends now */
        boolean serve(Request request) throws IOException;
    }

    static final Behaviour ANSWER = request -> request.write(request.answered());
    static final Behaviour CLOSE_AT_ONCE = request -> false;
    static final Behaviour STORE_AND_CLOSE = request -> request.answered().isEmpty();
    static final Behaviour HALF_AN_ANSWER = request -> {
        String answer = request.answered();
        request.write(answer.substring(0, answer.length() / 2));
        return false;
    };
    static final Behaviour STORE_AND_GARBLE = request -> {
        request.answered();
        return request.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"result\"");
    };
    static final Behaviour STORE_AND_TALK_NONSENSE = request -> {
        request.answered();
        request.write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
        return false;
    };
    static final Behaviour SILENT = request -> request.in.read() >= 0;
    static final Behaviour STORE_AND_SAY_503 = request -> {
        request.answered();
        return status(503, 0).serve(request);
    };

    /** @param retryAfter seconds; negative for none */
    static Behaviour status(int status, int retryAfter) {
        return request -> request.write(http(
                status,
                retryAfter < 0 ? "" : "Retry-After: " + retryAfter + "\r\n",
                "{\"error\":{\"code\":" + (status == 503 ? 108 : status) + ",\"message\":\"not now\"}}"));
    }

    static Behaviour text(String answer) {
        return request -> request.write(answer);
    }

    private final ServerSocket server;
    private final Function<Integer, Behaviour> script;
    private final Log log;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<String> methods = new CopyOnWriteArrayList<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();

    /** @param script what it does with its n-th request, from 0 */
    FakeNode(Log log, Function<Integer, Behaviour> script) {
        this(log, script, ServerSocketFactory.getDefault());
    }

    FakeNode(Log log, Function<Integer, Behaviour> script, ServerSocketFactory sockets) {
        this.log = log;
        this.script = script;
        try {
            server = sockets.createServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        background(this::accept);
    }

    /** Misbehaves as the list says, then works. */
    static FakeNode first(Behaviour... script) {
        return new FakeNode(new Log(), n -> n < script.length ? script[n] : ANSWER);
    }

    private static void background(Runnable task) {
        Thread thread = new Thread(task, "fake-node");
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return server.getLocalPort();
    }

    CordonClientBuilder client() {
        return CordonClient.builder().nodes(address()).apiKey("a-key-of-the-tests");
    }

    Log log() {
        return log;
    }

    /** The methods of its requests, in order. */
    List<String> methods() {
        return methods;
    }

    /** The heads of its requests, in order. */
    List<String> heads() {
        return heads;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                background(() -> serve(socket));
            } catch (IOException e) {
                // Closed by the test.
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                Request request = new Request(head(in), in, socket, log);
                int number;
                synchronized (this) {
                    number = methods.size();
                    methods.add(request.method);
                    heads.add(request.head);
                }
                if (!script.apply(number).serve(request)) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client has gone, or the test has closed the node.
            sockets.remove(socket);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("ended");
            }
            head.append((char) b);
        }
        return head.toString();
    }

    static String http(int status, String fields, String body) {
        return "HTTP/1.1 " + status + " Some Words\r\nContent-Type: application/json\r\n" + fields + "Content-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    @Override
    public void close() throws IOException {
        end();
    }

    /** Ends it and its connections, as when its process ends. */
    void end() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** A request whose body has been read. */
    static final class Request {
        final String head;
        final String method;
        final JsonFields body;
        final InputStream in;
        private final Socket socket;
        private final Log log;

        Request(String head, InputStream in, Socket socket, Log log) throws IOException {
            this.head = head;
            this.in = in;
            this.socket = socket;
            this.log = log;
            method = head.substring("POST /api/".length(), head.indexOf(" HTTP"));
            String lower = head.toLowerCase(Locale.ROOT);
            String length = lower.substring(lower.indexOf("content-length:") + 15)
                    .lines()
                    .findFirst()
                    .orElse("0");
            body = JsonFields.read(in.readNBytes(Integer.parseInt(length.trim())));
        }

        /** Carries the request out, and returns the answer. */
        String answered() {
            String result = log.carryOut(method, body);
            return http(200, "", method.equals("batch") ? result : "{\"result\":" + result + "}");
        }

        boolean write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return true;
        }
    }

    /** What is stored. Thread-safe. */
    static final class Log {
        private final Map<String, List<String>> stored = new HashMap<>();
        private final Map<String, Integer> keys = new HashMap<>();
        private final Map<String, List<String>> groups = new HashMap<>();
        private final List<String> disconnected = new ArrayList<>();
        private Function<String, String> rejects = data -> "";

        /** @param errors returns the error that a message gets, by its data; empty if it is stored */
        synchronized Log rejecting(Function<String, String> errors) {
            rejects = errors;
            return this;
        }

        synchronized List<String> of(String channel) {
            return List.copyOf(stored.getOrDefault(channel, List.of()));
        }

        synchronized List<String> disconnected() {
            return List.copyOf(disconnected);
        }

        private synchronized String carryOut(String method, JsonFields body) {
            return switch (method) {
                case "publish" -> publish(body.string("channel", ""), body);
                case "group_add" -> {
                    List<String> users = body.strings("users", 1000).orElseThrow();
                    groups.put(body.string("group", ""), users);
                    yield "{\"added\":" + users.size() + ",\"members\":" + users.size() + "}";
                }
                case "broadcast" -> {
                    List<String> users = groups.get(body.string("group", ""));
                    if (users != null) {
                        users.forEach(user -> publish("#" + user, body));
                        yield "{\"users\":" + users.size() + ",\"appended\":" + users.size()
                                + ",\"connections\":0,\"failed\":0,\"failures\":[]}";
                    }
                    List<String> responses = new ArrayList<>();
                    for (String channel : body.strings("channels", 1000).orElseThrow()) {
                        responses.add(
                                channel.contains("#")
                                        ? "{\"result\":" + publish(channel, body) + "}"
                                        : "{\"error\":{\"code\":107,\"message\":\"channel has no owner\"}}");
                    }
                    yield "{\"responses\":[" + String.join(",", responses) + "]}";
                }
                case "batch" -> {
                    List<String> replies = new ArrayList<>();
                    for (JsonFields command : body.objects("commands", 1000).orElseThrow()) {
                        String name = command.name(0);
                        JsonFields fields = command.object(name).orElseThrow();
                        String error = fields.given("data")
                                ? rejects.apply(new String(fields.raw("data"), StandardCharsets.UTF_8))
                                : "";
                        replies.add(
                                error.isEmpty()
                                        ? "{\"" + name + "\":" + carryOut(name, fields) + "}"
                                        : "{\"error\":" + error + "}");
                    }
                    yield "{\"replies\":[" + String.join(",", replies) + "]}";
                }
                case "presence" ->
                    "{\"presence\":{\"c1\":{\"client\":\"c1\",\"user\":\"bob\",\"session\":\"s1\",\"node\":\"n1\"}}}";
                case "connections" ->
                    "{\"connections\":{\"c1\":{\"user\":\"bob\",\"session\":\"s1\",\"node\":\"n1\",\"expire_at\":60,"
                            + "\"state\":{\"channels\":{\"#bob\":{},\"orders#bob\":{}}},\"unknown\":1}}}";
                case "subscribe" -> "{\"subscribed\":2,\"over_limit\":1}";
                case "unsubscribe" -> "{\"unsubscribed\":2}";
                case "refresh" -> "{\"refreshed\":2}";
                case "history" -> {
                    List<String> messages = stored.getOrDefault(body.string("channel", ""), List.of());
                    List<String> publications = new ArrayList<>();
                    for (int i = 0; i < messages.size(); i++) {
                        publications.add("{\"offset\":" + (i + 1) + ",\"data\":" + messages.get(i) + "}");
                    }
                    yield "{\"publications\":[" + String.join(",", publications) + "],\"epoch\":\"e1\",\"offset\":"
                            + messages.size() + "}";
                }
                case "disconnect" -> {
                    disconnected.add(body.string("user", ""));
                    yield "{\"disconnected\":1}";
                }
                default ->
                    "{\"nodes\":[{\"uid\":\"n1\",\"version\":\"cordon 1.0.0\",\"state\":\"ready\",\"uptime\":7,"
                            + "\"num_users\":1,\"num_clients\":2,\"unknown\":[1]}]}";
            };
        }

        private String publish(String channel, JsonFields body) {
            if (body.bool("skip_history")) {
                return "{\"connections\":3}";
            }
            String key = channel + " " + body.string("idempotency_key", "");
            List<String> messages =
                    stored.computeIfAbsent(channel, name -> Collections.synchronizedList(new ArrayList<>()));
            Integer known = keys.get(key);
            if (known == null) {
                messages.add(new String(body.raw("data"), StandardCharsets.UTF_8));
                known = messages.size();
                keys.put(key, known);
            }
            return "{\"offset\":" + known + ",\"epoch\":\"e1\",\"connections\":1}";
        }
    }
}
