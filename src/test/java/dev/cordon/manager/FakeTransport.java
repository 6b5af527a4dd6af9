package dev.cordon.manager;

import dev.cordon.config.Mode;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A wire that keeps the frames written to it, and ends its writes by its {@link Mode}. Thread-safe without locks. */
public class FakeTransport implements Transport {
    private static final Pattern PUBLICATION = Pattern.compile("\"offset\":(\\d+),\"data\"");

    private final Queue<Frame> frames = new ConcurrentLinkedQueue<>();
    private final Queue<Disconnect> closes = new ConcurrentLinkedQueue<>();
    private final Queue<Completion> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private volatile Mode mode = Mode.INLINE;
    private volatile Runnable whileWriting = () -> {};
    private volatile Runnable whileClosing = () -> {};

    /** How a write ends. */
    public enum Mode {
        /** Before write returns. */
        INLINE,
        /** When {@link FakeTransport#complete} is called; never, if it is not. */
        HELD,
        /** With a failure, before write returns. */
        FAILING,
        /** With an exception, which a transport promises not to throw. */
        THROWING
    }

    public FakeTransport mode(Mode to) {
        mode = to;
        return this;
    }

    /** Runs inside each write, before it ends. */
    public FakeTransport whileWriting(Runnable hook) {
        whileWriting = hook;
        return this;
    }

    public FakeTransport whileClosing(Runnable hook) {
        whileClosing = hook;
        return this;
    }

    @Override
    public void write(Frame frame, Completion completion) {
        if (underWay.incrementAndGet() > 1) {
            overlaps.incrementAndGet();
        }
        frames.add(frame);
        whileWriting.run();
        switch (mode) {
            case INLINE -> end(completion);
            case HELD -> held.add(completion);
            case FAILING -> fail(completion);
            case THROWING -> {
                underWay.decrementAndGet();
                throw new IllegalStateException("broken transport");
            }
        }
    }

    private void end(Completion completion) {
        underWay.decrementAndGet();
        completion.written();
    }

    private void fail(Completion completion) {
        underWay.decrementAndGet();
        completion.failed(new IllegalStateException("peer is gone"));
    }

    /** Ends the write that is held, on the caller's thread. False when none is. */
    public boolean complete() {
        Completion next = held.poll();
        if (next != null) {
            end(next);
        }
        return next != null;
    }

    /** Fails the write that is held. */
    public void failHeld() {
        Completion next = held.remove();
        fail(next);
    }

    @Override
    public void close(Disconnect disconnect) {
        closes.add(disconnect);
        whileClosing.run();
    }

    @Override
    public String remoteAddress() {
        return "192.0.2.1";
    }

    /** WebSocket frames in order. */
    public List<Frame> frames() {
        return List.copyOf(frames);
    }

    /** Messages in order, whatever frames they came in. */
    public List<String> messages() {
        List<String> messages = new ArrayList<>();
        frames.forEach(frame -> messages.addAll(Arrays.asList(frame.text().split("\n", -1))));
        return messages;
    }

    /** Offsets of the publications in order, those in replies included. */
    public List<Long> offsets() {
        List<Long> offsets = new ArrayList<>();
        for (String message : messages()) {
            Matcher matcher = PUBLICATION.matcher(message);
            while (matcher.find()) {
                offsets.add(Long.parseLong(matcher.group(1)));
            }
        }
        return offsets;
    }

    /** The reason with which the wire was closed first. */
    public Optional<Disconnect> closedWith() {
        return Optional.ofNullable(closes.peek());
    }

    public int closes() {
        return closes.size();
    }

    /** Writes that began before the one before had ended. */
    public int overlaps() {
        return overlaps.get();
    }
}
