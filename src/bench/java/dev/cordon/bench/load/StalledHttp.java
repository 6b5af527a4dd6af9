package dev.cordon.bench.load;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Healthy users at a fixed rate, alone and then beside HTTP clients that stall, a third each in the head, in the body, and before an answer
 * that they do not read (ADR 0013). The stalled are replaced when the server has had the time to end them, and measured from a second after
 * they have come.
 */
final class StalledHttp {
    private static final int SMALL_BUFFER = 4096;
    /** The server ends who stalls after ten. */
    private static final double SECONDS_OF_A_STALL = 12;
    /** To be served until they stall is work as any other client's is, and not measured here. */
    private static final double SECONDS_TO_STALL = 1;

    private final Loop loop;
    private final Target target;
    private final int payload;
    private final Figures figures = new Figures();

    StalledHttp(Loop loop, Target target, int payload) {
        this.loop = loop;
        this.target = target;
        this.payload = payload;
    }

    /** @param round tells the users from those of other rounds */
    Figures run(int round, int healthy, int stalled, double warmup, double seconds) throws IOException {
        try (Crowd users = new Crowd(loop, target).join("x" + round + "-", 0, healthy, 0);
                Publisher publisher = new Publisher(loop, target, "publisher", payload)) {
            Paced paced = new Paced(loop, users, publisher);
            paced.run(warmup, Figures.histogram(), () -> {});
            Histogram alone = Figures.histogram();
            paced.run(seconds, alone, () -> {});
            Histogram beside = Figures.histogram();
            for (double left = seconds; left > 0; left -= SECONDS_OF_A_STALL - SECONDS_TO_STALL) {
                List<SocketChannel> clients = open(stalled);
                paced.run(SECONDS_TO_STALL, Figures.histogram(), () -> {});
                paced.run(Math.min(left, SECONDS_OF_A_STALL - SECONDS_TO_STALL), beside, () -> {});
                for (SocketChannel client : clients) {
                    client.close();
                }
            }
            figures.latency("stall.alone", alone);
            figures.latency("stall.beside", beside);
            figures.put("stall.misdelivered", users.misdelivered());
        }
        return figures;
    }

    private List<SocketChannel> open(int count) throws IOException {
        String host = "Host: 127.0.0.1:" + target.port() + "\r\n";
        List<String> stages = List.of(
                "GET / HTTP/1.1\r\nHo",
                "POST /api/publish HTTP/1.1\r\n" + host + "X-API-Key: " + target.apiKey()
                        + "\r\nTE: trailers\r\nContent-Length: 200\r\n\r\n{",
                ("GET /vendor/centrifuge/centrifuge.js HTTP/1.1\r\n" + host + "\r\n").repeat(50));
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SocketChannel client = SocketChannel.open();
            client.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
            client.connect(target.address());
            client.write(ByteBuffer.wrap(stages.get(i % stages.size()).getBytes(StandardCharsets.US_ASCII)));
            clients.add(client);
        }
        return clients;
    }
}
