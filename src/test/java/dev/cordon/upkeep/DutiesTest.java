package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.manager.HandTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DutiesTest {
    private static final Duration SOON = Duration.ofMillis(1);
    private static final ThreadFactory THREADS = Thread::new;

    private final HandTime time = new HandTime();
    private final Duties duties = new Duties(time);
    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger pings = new AtomicInteger();

    @AfterEach
    void stop() {
        duties.stop();
        never.countDown();
    }

    private void hang() {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitMore() {
        int before = pings.get();
        await().until(() -> pings.get() > before + 3);
    }

    @Test
    @DisplayName("S3: a duty that hangs is late and does not stop the others, and the shutdown does not wait for it")
    void s3_runsTheOtherDutiesWhenOneHangs() {
        duties.every(Duty.UNREAD_ANSWERS, SOON, this::hang, THREADS);
        duties.every(Duty.CONNECTIONS, SOON, pings::incrementAndGet, THREADS);
        awaitMore();

        time.advance(Duties.LATE.plusSeconds(1));
        awaitMore();

        assertThat(duties.late()).containsExactly(Duty.UNREAD_ANSWERS);
        assertThat(duties.took(Duty.UNREAD_ANSWERS)).isGreaterThan(Duties.LATE);
        assertThat(duties.age(Duty.CONNECTIONS)).isLessThan(Duties.LATE);
        duties.stop();
    }

    @Test
    @DisplayName(
            "L9: hanging duties and hanging shutdown steps do not keep the process alive, because their threads are daemons")
    void l9_hangingTasksRunOnDaemonThreads() {
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        Runnable hangs = () -> {
            threads.add(Thread.currentThread());
            hang();
        };
        duties.every(Duty.UNREAD_ANSWERS, SOON, hangs, THREADS);
        ShutdownSteps.run("the step", SOON, hangs);
        new Thread(() -> new GuardedLoop<>("the walk", Runnable::toString, SOON).over(List.of(hangs), Runnable::run))
                .start();

        await().until(() -> threads.size() == 3);

        assertThat(threads).allMatch(Thread::isDaemon);
    }

    @Test
    @DisplayName("S3: a duty that hangs is logged once with its stack trace, and once more when it ends")
    void s3_logsADutyThatHangs() throws InterruptedException {
        Thread stuck = new Thread(() -> duties.turn(Duty.ALERTS, this::hang), "stuck");
        stuck.start();
        await().until(() -> stuck.getState() == Thread.State.WAITING);
        time.advance(Duties.LATE.plusMillis(1));

        List<LogRecord> told = LogLines.of(Duties.class, () -> {
            duties.of(Duty.ALERTS).watch();
            duties.of(Duty.ALERTS).watch();
        });

        assertThat(told).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).startsWith("The duty alerts has not ended for 10 s; the others go on");
            assertThat(line.getThrown()).hasMessageContaining("stuck");
            assertThat(line.getThrown().getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(DutiesTest.class.getName()));
        });
        List<LogRecord> back = LogLines.of(Duties.class, () -> {
            never.countDown();
            await().until(() -> !stuck.isAlive());
        });
        assertThat(back)
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage()).contains("works again"));
    }

    @Test
    @DisplayName(
            "S3: a duty that throws, even an Error, runs again at its next turn; each failure is counted, and one a minute is logged")
    void s3_runsADutyAgainAfterItThrew() {
        AtomicInteger turns = new AtomicInteger();
        List<LogRecord> told = LogLines.of(Duties.class, () -> {
            for (Throwable kind : List.of(
                    new IllegalStateException("a"), new StackOverflowError(), new NoClassDefFoundError("gone"))) {
                duties.turn(Duty.FIGURES, () -> {
                    turns.incrementAndGet();
                    sneak(kind);
                });
            }
            time.advance(DutyRuns.TOLD_EVERY);
            duties.turn(Duty.FIGURES, () -> sneak(new AssertionError()));
        });

        assertThat(turns).hasValue(3);
        assertThat(duties.failures()).isEqualTo(4);
        assertThat(duties.failedWithin(Duration.ofMinutes(1))).containsExactly(Duty.FIGURES);
        assertThat(told)
                .extracting(LogRecord::getMessage)
                .containsExactly(
                        "The duty figures has failed, 1 times since the start; the others go on",
                        "The duty figures has failed, 4 times since the start; the others go on");
    }

    @Test
    @DisplayName("S3: a duty that fails each time is late")
    void s3_aDutyThatFailsEachTimeIsLate() {
        for (int i = 0; i < 12; i++) {
            duties.turn(Duty.SETTINGS, () -> sneak(new IllegalStateException()));
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(duties.late()).containsExactly(Duty.SETTINGS);
        duties.turn(Duty.SETTINGS, () -> {});
        assertThat(duties.late()).isEmpty();
    }

    @Test
    void aDutyThatNeverBeganIsNotLate() {
        time.advance(Duration.ofDays(1));

        assertThat(duties.late()).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable kind) throws T {
        throw (T) kind;
    }

    @Test
    @DisplayName("a duty's thread has its name, and is a daemon whatever the factory makes")
    void namesItsThreads() {
        List<Thread> made = new ArrayList<>();
        duties.every(Duty.LOST_UPGRADES, SOON, pings::incrementAndGet, task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(false);
            made.add(thread);
            return thread;
        });

        assertThat(made.get(0).getName()).isEqualTo("cordon-lost-upgrades");
        assertThat(made.get(0).isDaemon()).isTrue();
    }

    @Test
    void runsNothingAfterTheEnd() throws InterruptedException {
        List<Thread> made = new ArrayList<>();
        duties.every(Duty.CONNECTIONS, SOON, pings::incrementAndGet, task -> {
            made.add(new Thread(task));
            return made.get(0);
        });
        awaitMore();

        duties.stop();

        made.get(0).join(10_000);
        assertThat(made.get(0).isAlive()).isFalse();
    }

    @Test
    @DisplayName("S3: the watch logs a duty that hangs")
    void s3_watchesTheOthers() {
        Thread stuck = new Thread(() -> duties.turn(Duty.ALERTS, this::hang), "stuck");
        stuck.start();
        await().until(() -> stuck.getState() == Thread.State.WAITING);
        time.advance(Duties.LATE.plusMillis(1));
        CountDownLatch watched = new CountDownLatch(1);
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (record.getMessage().startsWith("The duty alerts has not ended")) {
                    watched.countDown();
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(Duties.class.getName());
        logger.addHandler(handler);
        try {
            duties.watch(THREADS);
            await().until(() -> watched.getCount() == 0);
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    @DisplayName("a duty is late, hangs and has failed beyond the bound, not at it")
    void countsAtItsBounds() throws InterruptedException {
        time.advance(Duration.ofMinutes(40));
        duties.turn(Duty.SETTINGS, () -> {});
        time.advance(Duties.LATE);
        assertThat(duties.late()).isEmpty();
        time.advance(Duration.ofNanos(1));
        assertThat(duties.late()).containsExactly(Duty.SETTINGS);

        List<LogRecord> told = LogLines.of(Duties.class, () -> {
            duties.turn(Duty.SETTINGS, () -> sneak(new IllegalStateException()));
            duties.turn(Duty.SETTINGS, () -> sneak(new IllegalStateException()));
        });
        assertThat(told).hasSize(1);
        time.advance(Duration.ofDays(1));
        assertThat(duties.failedWithin(Duration.ofDays(1))).containsExactly(Duty.SETTINGS);
        assertThat(duties.failedWithin(Duration.ofDays(1).minusNanos(1))).isEmpty();

        Thread stuck = new Thread(() -> duties.turn(Duty.ALERTS, this::hang));
        stuck.start();
        await().until(() -> stuck.getState() == Thread.State.WAITING);
        time.advance(Duties.LATE);
        assertThat(duties.took(Duty.ALERTS)).isEqualTo(Duties.LATE);
        assertThat(LogLines.of(Duties.class, duties.of(Duty.ALERTS)::watch)).isEmpty();
        time.advance(Duration.ofSeconds(3));
        assertThat(LogLines.of(Duties.class, duties.of(Duty.ALERTS)::watch)).hasSize(1);
        List<LogRecord> back = LogLines.of(Duties.class, () -> {
            never.countDown();
            await().until(() -> !stuck.isAlive());
        });
        assertThat(back)
                .extracting(new SimpleFormatter()::formatMessage)
                .containsExactly("The duty alerts works again after 13 s");
        assertThat(duties.took(Duty.ALERTS)).isEqualTo(Duration.ofSeconds(13));
    }

    @Test
    @DisplayName("duties that work in memory alone, for all connections, are vital")
    void saysWhichDutiesAreVital() {
        assertThat(Arrays.stream(Duty.values()).filter(Duty::vital))
                .containsExactly(
                        Duty.CONNECTIONS,
                        Duty.LOST_UPGRADES,
                        Duty.HALF_MESSAGES,
                        Duty.UNREAD_ANSWERS,
                        Duty.STALLED_REQUESTS);
    }
}
