package dev.cordon.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Many clients that begin something over HTTP and then neither send nor read, at every stage of every resource. */
final class StalledClients implements AutoCloseable {
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

    private final List<Socket> sockets = new ArrayList<>();

    /** @param count in all, the stages one after the other again and again */
    static StalledClients open(Cordon cordon, int count) {
        StalledClients clients = new StalledClients();
        List<String> stages = stages(cordon);
        for (int i = 0; i < count; i++) {
            clients.begin(cordon, stages.get(i % stages.size()));
        }
        return clients;
    }

    private static List<String> stages(Cordon cordon) {
        String host = "Host: 127.0.0.1:" + cordon.base().getPort() + "\r\n";
        String key = host + "X-API-Key: " + Cordon.apiKey() + "\r\nContent-Type: application/json\r\n";
        String operator = host + "Authorization: Bearer " + cordon.token("ops", "operator") + "\r\n";
        Map<String, String> stages = new LinkedHashMap<>();
        stages.put("head of a page", "GET / HTTP/1.1\r\nHo");
        stages.put("head of a publish", "POST /api/publish HTTP/1.1\r\n" + key);
        stages.put("D1 console", post("/console/api/x", host, 2, "x"));
        stages.put("D1 API", post("/api/publish", host, 2, "x"));
        stages.put("D1 form to health", post("/health", host + FORM, 200, "x"));
        stages.put("D1 form to health, encoded", post("/x/..//%68ealth/live;a=b", host + FORM, 200, "x"));
        stages.put("D1 form to metrics", post("/metrics", host + FORM, 200, "x"));
        stages.put("D1 form to openapi", post("/openapi", host + FORM, 200, "x"));
        stages.put("D1 form to tokens", post("/dev/token", host + FORM, 200, "x"));
        stages.put("D1 form to a page", post("/", host + FORM, 200, "x"));
        stages.put("D1 form to nowhere", post("/nowhere", host + FORM, 200, "x"));
        stages.put("D1 form to a socket", post("/connection/websocket", host + FORM, 200, "x"));
        stages.put("D1 form to a script", post("/x.jsp?jsp_precompile", host + FORM, 200, "x"));
        stages.put("D2 publish", post("/api/publish", key, 200, "{"));
        stages.put("D2 publish with TE", post("/api/publish", key + "TE: trailers\r\n", 200, "{"));
        stages.put(
                "D2 publish in chunks",
                "POST /api/publish HTTP/1.1\r\n" + key + "Transfer-Encoding: chunked\r\n\r\n5\r\n{");
        stages.put(
                "D2 publish with an upgrade",
                post("/api/publish", key + "Connection: Upgrade\r\nUpgrade: h2c\r\n", 200, "{"));
        stages.put("D2 publish that waits for 100", post("/api/publish", key + "Expect: 100-continue\r\n", 200, ""));
        stages.put("D2 operator", post("/console/api/disconnect", operator, 200, "{"));
        stages.put("S2 script", get("/vendor/centrifuge/centrifuge.js", host).repeat(50));
        stages.put(
                "S2 script with an upgrade",
                get("/vendor/centrifuge/centrifuge.js", host + "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
        stages.put("S2 metrics", get("/metrics", host).repeat(50));
        stages.put("S2 openapi", get("/openapi", host).repeat(50));
        stages.put("S2 health", get("/health", host).repeat(20));
        stages.put("S2 page", get("/", host).repeat(20));
        stages.put("S2 nowhere", get("/nowhere", host).repeat(20));
        stages.put("S2 rejected", post("/api/publish", host, 2, "{}").repeat(20));
        stages.put("S2 info", post("/api/info", key, 2, "{}").repeat(20));
        stages.put("S2 console", get("/console/api/state", operator).repeat(20));
        return List.copyOf(stages.values());
    }

    private static String get(String path, String fields) {
        return "GET " + path + " HTTP/1.1\r\n" + fields + "\r\n";
    }

    private static String post(String path, String fields, int length, String body) {
        return "POST " + path + " HTTP/1.1\r\n" + fields + "Content-Length: " + length + "\r\n\r\n" + body;
    }

    private void begin(Cordon cordon, String bytes) {
        try {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), cordon.base().getPort()));
            sockets.add(socket);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int count() {
        return sockets.size();
    }

    @Override
    public void close() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
