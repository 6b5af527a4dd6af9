package dev.cordon.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A user as they come: receives, loses the line every few seconds, resumes from its position, and checks that each number of its back end comes
 * once and in order. Runs on a thread of its own until {@link #awaits} has come.
 */
final class HealthyUser implements Runnable {
    /** From the first try to connect to the reply. */
    static final Duration GETS_IN = Duration.ofSeconds(20);

    private static final Duration TRY = Duration.ofSeconds(5);
    private static final Pattern EPOCH = Pattern.compile("\"epoch\":\"([^\"]*)\"");
    private static final Pattern TOP = Pattern.compile("\"offset\":(\\d+)");
    private static final Pattern NUMBER = Pattern.compile("\"offset\":(\\d+),\"data\":\\{\"n\":(\\d+)\\}");

    private final BesiegedNode node;
    private final Findings findings;
    private final String name;
    private final Random random;
    private String epoch = "";
    private long offset;
    private long last;
    private boolean positioned;
    private volatile long goal = Long.MAX_VALUE;
    private volatile boolean ready;

    HealthyUser(BesiegedNode node, Findings findings, int number) {
        this.node = node;
        this.findings = findings;
        this.name = "healthy-" + number;
        this.random = new Random(number);
    }

    String name() {
        return name;
    }

    /** Whether it has connected once: what is published from now on it must get. */
    boolean ready() {
        return ready;
    }

    /** Ends it when this number has come. */
    void awaits(long number) {
        goal = number;
    }

    @Override
    public void run() {
        while (last < goal && node.alive()) {
            try (Line line = enter()) {
                receive(line, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3_000 + random.nextInt(7_000)));
            } catch (IOException e) {
                findings.tell(name + ": " + e.getMessage());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(400)));
            }
        }
    }

    /** Tries until it is in. */
    private Line enter() throws IOException {
        long begun = System.nanoTime();
        while (true) {
            try {
                Line line = connect();
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
                Findings.highest(findings.slowestConnectMillis, millis);
                if (millis > GETS_IN.toMillis()) {
                    findings.locked.incrementAndGet();
                    findings.tell(name + " got in after " + millis + " ms");
                }
                findings.connects.incrementAndGet();
                ready = true;
                return line;
            } catch (IOException e) {
                findings.tell(name + " is not in: " + e.getMessage());
                if (!node.alive() || System.nanoTime() - begun > GETS_IN.toNanos() * 3) {
                    findings.locked.incrementAndGet();
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(400)));
            }
        }
    }

    private Line connect() throws IOException {
        Line line = Line.upgraded(node.port(), InetAddress.getLoopbackAddress(), TRY);
        try {
            String subs = positioned
                    ? ",\"subs\":{\"#%s\":{\"recover\":true,\"epoch\":\"%s\",\"offset\":%d}}"
                            .formatted(name, epoch, offset)
                    : "";
            line.text("{\"id\":1,\"connect\":{\"token\":\"" + node.token(name) + "\"" + subs + "}}");
            String reply = line.next();
            if (!reply.startsWith("{\"id\":1,\"connect\":")) {
                throw new IOException("answered " + reply);
            }
            welcome(reply.lines().findFirst().orElse(""));
            reply.lines().skip(1).forEach(this::numbers);
            line.patience(Duration.ofMillis(500));
            return line;
        } catch (IOException e) {
            line.close();
            throw e;
        }
    }

    private void welcome(String reply) {
        if (positioned && reply.contains("\"recovered\":false")) {
            findings.lost.incrementAndGet();
            findings.tell(name + " was not recovered at " + last);
        }
        numbers(reply);
        Matcher of = EPOCH.matcher(reply);
        if (of.find()) {
            epoch = of.group(1);
        }
        Matcher top = TOP.matcher(reply);
        if (!positioned && top.find()) {
            offset = Long.parseLong(top.group(1));
        }
        positioned = true;
    }

    private void receive(Line line, long until) throws IOException {
        while (System.nanoTime() - until < 0 && last < goal) {
            try {
                line.next().lines().forEach(this::numbers);
            } catch (SocketTimeoutException e) {
                // Nothing came for a while: it looks whether it is time to go.
            }
        }
    }

    private void numbers(String message) {
        Matcher each = NUMBER.matcher(message);
        while (each.find()) {
            long number = Long.parseLong(each.group(2));
            offset = Long.parseLong(each.group(1));
            if (number <= last) {
                findings.twice.incrementAndGet();
                findings.tell(name + " got " + number + " twice");
            } else {
                if (number > last + 1) {
                    findings.lost.addAndGet(number - last - 1);
                    findings.tell(name + " lost what lies between " + last + " and " + number);
                }
                last = number;
                findings.received.incrementAndGet();
            }
        }
    }

    /** How many of its messages never came. */
    long missing() {
        return goal == Long.MAX_VALUE ? 0 : Math.max(0, goal - last);
    }
}
