package dev.cordon.siege;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Besieges a node and judges what its healthy users noticed: {@code ./mvnw -Psiege verify}. Ends with status 1 when a verdict is red. */
public final class Siege {
    /** What more may be in use afterwards than before: classes and compiled code of what was used, keys of five minutes, idle buffers. */
    private static final long MORE_HEAP = 40L * 1024 * 1024;

    private static final int BACK_ENDS = 2;
    private static final Duration FILLS_WITHIN = Duration.ofMinutes(3);

    private final SiegeOptions options;
    private final Findings findings = new Findings();
    private final Map<String, AtomicLong> rounds = new LinkedHashMap<>();
    private final List<String> verdicts = new ArrayList<>();
    private boolean red;
    private boolean fills;

    private Siege(SiegeOptions options) {
        this.options = options;
    }

    /** System properties: {@link SiegeOptions}. */
    public static void main(String[] args) throws IOException {
        Siege siege = new Siege(SiegeOptions.read(System::getProperty));
        siege.fills = Boolean.getBoolean("siege.fill");
        siege.run();
        siege.verdicts.forEach(System.out::println);
        System.exit(siege.red ? 1 : 0);
    }

    /** Besieges a node; the lines that say what is wrong, none when all is well. */
    static List<String> wrong(SiegeOptions options) throws IOException {
        Siege siege = new Siege(options);
        siege.run();
        return siege.red ? siege.verdicts : List.of();
    }

    /** Fills each share in turn instead; the lines that say what is wrong. */
    static List<String> filled(SiegeOptions options) throws IOException {
        Siege siege = new Siege(options);
        siege.fills = true;
        siege.run();
        return siege.red ? siege.verdicts : List.of();
    }

    private void run() throws IOException {
        try (BesiegedNode node = BesiegedNode.start(options)) {
            long before = node.heapInUse();
            List<HealthyUser> users = new ArrayList<>();
            for (int i = 0; i < options.users(); i++) {
                users.add(new HealthyUser(node, findings, i));
            }
            users.forEach(user -> start(user.name(), user));
            await(Duration.ofSeconds(60), () -> users.stream().allMatch(HealthyUser::ready));
            besiege(node, users);
            judge(node, users, before);
        }
    }

    private void besiege(BesiegedNode node, List<HealthyUser> users) {
        List<BackEnd> backEnds = new ArrayList<>();
        int share = (users.size() + BACK_ENDS - 1) / BACK_ENDS;
        for (int i = 0; i < users.size(); i += share) {
            backEnds.add(new BackEnd(node, findings, users.subList(i, Math.min(users.size(), i + share))));
        }
        List<Thread> publishing = new ArrayList<>();
        backEnds.forEach(each -> publishing.add(start("back end", each)));
        if (fills) {
            fill(node);
        } else {
            attackAll(node);
        }
        backEnds.forEach(BackEnd::end);
        publishing.forEach(thread -> join(thread, Duration.ofSeconds(90)));
        await(Duration.ofSeconds(60), () -> users.stream().allMatch(user -> user.missing() == 0));
    }

    private void fill(BesiegedNode node) {
        int number = 1;
        for (Fill each : Fill.all(Long.parseLong(options.heap().replace("m", "")))) {
            long begun = System.nanoTime();
            boolean full = each.within(FILLS_WITHIN, node, Line.loopback(number++));
            verdict(each.share() + " is bounded, and what goes is counted", full, each.counter() + " did not move");
            verdicts.add(each.share() + ": " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + " s");
        }
    }

    private void attackAll(BesiegedNode node) {
        long end = System.nanoTime() + options.length().toNanos();
        List<Thread> attacking = new ArrayList<>();
        int number = 1;
        for (Attack attack : Attack.all()) {
            if (options.attacks().isEmpty()
                    || options.attacks().stream().anyMatch(id -> attack.name().startsWith(id))) {
                InetAddress from = Line.loopback(number++);
                AtomicLong count = rounds.computeIfAbsent(attack.name(), name -> new AtomicLong());
                attacking.add(start(attack.name(), () -> attack(attack, node, from, end, count)));
            }
        }
        attacking.forEach(thread -> join(thread, options.length().plusSeconds(90)));
    }

    private static void attack(Attack attack, BesiegedNode node, InetAddress from, long end, AtomicLong count) {
        while (System.nanoTime() - end < 0 && node.alive()) {
            try {
                attack.round(node, from);
            } catch (IOException | UncheckedIOException e) {
                // The node has ended it, as it should.
                Attack.pause(Duration.ofMillis(100));
            }
            count.incrementAndGet();
        }
    }

    private void judge(BesiegedNode node, List<HealthyUser> users, long before) throws IOException {
        verdict("the process is alive", node.alive(), "pid ended; see " + node.log());
        long missing = users.stream().mapToLong(HealthyUser::missing).sum();
        verdict(
                "no healthy user loses a message",
                findings.lost.get() + missing == 0,
                findings.lost + " lost, " + missing + " never came");
        verdict("no healthy user gets one twice", findings.twice.get() == 0, findings.twice + " twice");
        verdict(
                "healthy users get in within " + HealthyUser.GETS_IN.toSeconds() + " s",
                findings.locked.get() == 0,
                findings.locked + " did not");
        verdict("they were served at all", findings.received.get() > 0, "nothing was received");
        String log = Files.readString(node.log());
        verdict("no OutOfMemoryError in the log", !log.contains("OutOfMemoryError"), "see " + node.log());
        if (node.alive()) {
            verdict("ready afterwards", node.status("health/ready") == 200, "health/ready is not 200");
            counters(node.metrics());
            if (!fills) {
                heap(node, before);
            }
        }
        verdicts.add("published %d, received %d, connects %d, slowest connect %d ms, slowest publish %d ms"
                .formatted(
                        findings.published.get(),
                        findings.received.get(),
                        findings.connects.get(),
                        findings.slowestConnectMillis.get(),
                        findings.slowestPublishMillis.get()));
        verdicts.add("rounds: " + rounds);
        verdicts.addAll(findings.lines());
    }

    /** What was cut is counted. */
    private void counters(String metrics) {
        if (rounds.containsKey(new UsersHalfFrames().name())) {
            double cuts = BesiegedNode.metric(metrics, "cordon_cuts_total", "half_received");
            verdict("cut half-received messages are counted", cuts > 0, "cordon_cuts_total{half_received} is " + cuts);
        }
        if (rounds.containsKey(new MadeUpTopics().name())) {
            double rejected = BesiegedNode.metric(metrics, "cordon_rejected_total", "rate_commands");
            verdict("commands over the budget are counted", rejected > 0, "cordon_rejected_total is " + rejected);
        }
        metrics.lines()
                .filter(line -> line.startsWith("cordon_memory_") || line.startsWith("cordon_cuts_"))
                .forEach(verdicts::add);
    }

    private void heap(BesiegedNode node, long before) throws IOException {
        long[] after = {0};
        IOException[] failed = new IOException[1];
        await(Duration.ofSeconds(90), () -> {
            try {
                after[0] = node.heapInUse();
            } catch (IOException e) {
                failed[0] = e;
            }
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
            return after[0] > 0 && after[0] - before < MORE_HEAP;
        });
        if (failed[0] != null) {
            throw failed[0];
        }
        verdict(
                "the heap is back where it was",
                after[0] - before < MORE_HEAP,
                before / 1024 + " KiB before, " + after[0] / 1024 + " KiB after");
        verdicts.add("heap: " + before / 1024 + " KiB before, " + after[0] / 1024 + " KiB after");
    }

    private void verdict(String name, boolean good, String otherwise) {
        verdicts.add((good ? "GREEN " : "RED   ") + name + (good ? "" : ": " + otherwise));
        red |= !good;
    }

    private static Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void join(Thread thread, Duration most) {
        try {
            thread.join(most.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(Duration most, BooleanSupplier condition) {
        long end = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }
}
