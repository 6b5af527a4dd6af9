package dev.cordon.websocket;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A listener that records its calls and returns what a test sets. */
final class RecordingListener implements WebSocketListener {
    final List<String> events = new ArrayList<>();
    boolean accepted = true;
    boolean inflates = true;
    boolean prompt;
    boolean pauses;
    boolean hasThreads = true;

    /** Runs when the connection asks for the frames that are owed to the peer. */
    Runnable onFlush = () -> {};

    @Override
    public void readBegins() {
        events.add("begins");
    }

    @Override
    public void readEnds() {
        events.add("ends");
    }

    @Override
    public boolean binary() {
        return false;
    }

    @Override
    public void message(byte[] utf8, int from, int to) {
        events.add("message " + new String(utf8, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public boolean inflates(int bytes) {
        events.add("inflates " + bytes);
        return inflates;
    }

    @Override
    public void alive() {
        events.add("alive");
    }

    @Override
    public void flush() {
        events.add("flush");
        onFlush.run();
    }

    @Override
    public void faulted(WireFault fault) {
        events.add("faulted " + fault);
    }

    @Override
    public void ended(CloseCause cause) {
        events.add("ended " + cause);
    }

    @Override
    public boolean accepted() {
        return accepted;
    }

    @Override
    public boolean prompt() {
        return prompt;
    }

    @Override
    public boolean pause(Runnable more) {
        if (pauses) {
            more.run();
        }
        return pauses;
    }

    @Override
    public void readInPlace() {
        events.add("read in place");
    }

    @Override
    public boolean later(Runnable task) {
        if (hasThreads) {
            task.run();
        }
        return hasThreads;
    }
}
