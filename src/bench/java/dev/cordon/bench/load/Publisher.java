package dev.cordon.bench.load;

import java.io.IOException;

/** A back end's connection: publishes, and counts what is acknowledged. */
final class Publisher implements Client.Listener, AutoCloseable {
    private static final byte[] ID = Text.bytes("{\"id\":");
    private static final byte[] ERROR = Text.bytes("\"error\"");

    private final Loop loop;
    private final Client client;
    private final byte[] padding;
    private final Text text = new Text();
    private long sent;
    private long acknowledged;
    private long errors;

    Publisher(Loop loop, Target target, String user, int payload) throws IOException {
        this.loop = loop;
        this.padding = Text.words(payload);
        this.client = new WebSocketClient(loop, target, user, true, this, 0);
        if (!loop.until(() -> client.state().compareTo(Client.State.JOINED) >= 0, 30)
                || client.state() != Client.State.JOINED) {
            throw new IllegalStateException(
                    "the publisher could not connect: " + client.closeCode() + " " + client.failure());
        }
    }

    /** One publish in a frame of its own. */
    void publish(String user, long time) {
        text.clear();
        line(user, time);
        send();
    }

    /** Publishes to users in turn, one a frame, until so many are unacknowledged; all in one write. */
    void fill(Crowd users, int most) {
        while (outstanding() < most) {
            publish(users.user(sent), 0);
        }
        flush();
    }

    /** The same, each in a write of its own. */
    void fillApart(Crowd users, int most) {
        while (outstanding() < most) {
            publish(users.user(sent), 0);
            flush();
        }
    }

    /** Begins a frame of several publishes. */
    Publisher frame() {
        text.clear();
        return this;
    }

    /** Adds a publish to the frame. */
    void line(String user, long time) {
        if (text.length() > 0) {
            text.add('\n');
        }
        text.add(ID).add(++sent).add(Part.PUBLISH).add(Text.bytes(user)).add(Part.DATA);
        data(time).add('}').add('}');
    }

    /** One command that goes to many (the peers' own). */
    void broadcast(byte[] channels, long time) {
        text.clear().add(ID).add(++sent).add(Part.BROADCAST).add(channels).add(Part.LIST_DATA);
        data(time).add('}').add('}');
        send();
    }

    private Text data(long time) {
        return text.add(Part.TIME)
                .add(time)
                .add(Part.PADDING)
                .add(padding)
                .add('"')
                .add('}');
    }

    void send() {
        client.send(text.array(), text.length());
    }

    void flush() {
        client.flush();
    }

    long sent() {
        return sent;
    }

    long outstanding() {
        return sent - acknowledged;
    }

    long acknowledged() {
        return acknowledged;
    }

    /** Publishes that were answered by an error. */
    long errors() {
        return errors;
    }

    boolean alive() {
        return client.state() == Client.State.JOINED;
    }

    String ending() {
        return client.closeCode() + " " + client.failure();
    }

    @Override
    public void message(Client from, byte[] buffer, int at, int to) {
        if (Text.startsWith(buffer, at, to, ID)) {
            acknowledged++;
            if (Text.indexOf(buffer, at, Math.min(to, at + 28), ERROR) >= 0) {
                errors++;
            }
        }
    }

    @Override
    public void close() {
        client.leave();
        loop.until(() -> client.state() == Client.State.CLOSED, 2);
        client.end();
    }

    /** The constant parts of what is sent. */
    private static final class Part {
        static final byte[] PUBLISH = Text.bytes(",\"publish\":{\"channel\":\"#");
        static final byte[] DATA = Text.bytes("\",\"data\":");
        static final byte[] BROADCAST = Text.bytes(",\"broadcast\":{\"channels\":");
        static final byte[] LIST_DATA = Text.bytes(",\"data\":");
        static final byte[] TIME = Text.bytes("{\"t\":");
        static final byte[] PADDING = Text.bytes(",\"p\":\"");
    }
}
