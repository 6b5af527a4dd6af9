package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.HandTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CleanupTest {
    private final HandTime time = new HandTime();

    private static Sweep sweep(String name, long found, long removed) {
        return new Sweep() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Found run() {
                return new Found(found, removed);
            }
        };
    }

    private Sweep slow(Duration takes) {
        return Sweeps.removing("slow", () -> {
            time.advance(takes);
            return 3;
        });
    }

    @Test
    @DisplayName("F06 the cleanup reports what each sweep found and removed and how long it took")
    void reportsEachSweep() {
        Cleanup cleanup = new Cleanup(List.of(sweep("a", 2, 2), slow(Duration.ofMillis(7))), time);

        List<SweepReport> reports = cleanup.run();

        assertThat(reports)
                .containsExactly(
                        new SweepReport("a", 2, 2, Duration.ZERO), new SweepReport("slow", 3, 3, Duration.ofMillis(7)));
        assertThat(cleanup.last()).isEqualTo(reports);
        assertThat(cleanup.found()).isEqualTo(5);
        assertThat(cleanup.removed()).isEqualTo(5);
        assertThat(cleanup.runs()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "F06 a sweep that finds 20 and removes 0 shows in the totals, in the report and as a warning in the log")
    void warnsOfASweepThatRemovesNothing() {
        Cleanup cleanup = new Cleanup(List.of(sweep("zombies", 20, 0)), time);

        List<LogRecord> logged = LogLines.of(Cleanup.class, cleanup::run);

        assertThat(cleanup.found()).isEqualTo(20);
        assertThat(cleanup.removed()).isZero();
        assertThat(cleanup.last().get(0).removed()).isZero();
        assertThat(logged).extracting(LogRecord::getLevel).contains(Level.WARNING);
    }

    @Test
    @DisplayName(
            "O3: a sweep that fails because the log is unavailable is not counted as failed and not logged, because the loss was logged once already")
    void doesNotCountASweepOfAnUnavailableLogAsFailed() {
        Sweep waiting = Sweeps.removing("channels", () -> {
            throw new LogUnavailableException("lost");
        });
        Cleanup cleanup = new Cleanup(List.of(waiting, sweep("next", 1, 1)), time);

        List<LogRecord> logged = LogLines.of(Cleanup.class, cleanup::run);

        assertThat(cleanup.last()).extracting(SweepReport::sweep).containsExactly("next");
        assertThat(cleanup.failed()).isZero();
        assertThat(logged).noneMatch(record -> record.getLevel().intValue() > Level.INFO.intValue());
    }

    @Test
    void runsTheNextSweepAfterAFailedOne() {
        Sweep failing = Sweeps.removing("failing", () -> {
            throw new IllegalStateException("cannot");
        });
        Cleanup cleanup = new Cleanup(List.of(failing, sweep("next", 1, 1)), time);

        List<LogRecord> logged = LogLines.of(Cleanup.class, cleanup::run);

        assertThat(cleanup.last()).extracting(SweepReport::sweep).containsExactly("next");
        assertThat(cleanup.failed()).isEqualTo(1);
        assertThat(cleanup.runs()).isEqualTo(1);
        assertThat(logged).extracting(LogRecord::getLevel).contains(Level.SEVERE);
        assertThat(logged).anyMatch(record -> record.getThrown() != null);
    }

    @Test
    @DisplayName(
            "F04 the cleanup reports the time since its last run, and before the first run the time since the start")
    void reportsTheTimeSinceItsLastRun() {
        Cleanup cleanup = new Cleanup(List.of(slow(Duration.ofSeconds(1))), time);
        time.advance(Duration.ofMinutes(11));
        assertThat(cleanup.sinceLastRun()).isEqualTo(Duration.ofMinutes(11));

        cleanup.run();

        assertThat(cleanup.sinceLastRun()).isZero();
        time.advance(Duration.ofMinutes(1));
        assertThat(cleanup.sinceLastRun()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    @DisplayName("a sweep that found something is told, one that found nothing or waits for the log is a detail")
    void tellsWhatWasRemoved() {
        Sweep waiting = Sweeps.removing("channels", () -> {
            throw new LogUnavailableException("lost");
        });
        Cleanup cleanup = new Cleanup(List.of(sweep("some", 1, 1), sweep("none", 0, 0), waiting), time);

        List<LogRecord> logged = LogLines.withDetails(Cleanup.class, cleanup::run);

        assertThat(logged)
                .extracting(record -> record.getLevel() + " " + new SimpleFormatter().formatMessage(record))
                .containsExactly(
                        "INFO Cleanup of some: found 1, removed 1, took 0 ms",
                        "FINE Cleanup of none: found 0, removed 0, took 0 ms",
                        "FINE Cleanup: the sweep of channels waits for the log: lost");
    }

    @Test
    void namesTheSweepUnderWay() {
        List<Optional<String>> seen = new ArrayList<>();
        List<Cleanup> cleanup = new ArrayList<>();
        Sweep looking = Sweeps.removing("looking", () -> {
            seen.add(cleanup.get(0).underWay());
            return 0;
        });
        cleanup.add(new Cleanup(List.of(looking), time));

        cleanup.get(0).run();

        assertThat(seen).containsExactly(Optional.of("looking"));
        assertThat(cleanup.get(0).underWay()).isEmpty();
    }

    @Test
    @DisplayName("past runs are remembered, the newest first, with their age and their sums")
    void remembersPastRuns() {
        Cleanup cleanup = new Cleanup(List.of(sweep("a", 4, 1), slow(Duration.ofSeconds(2))), time);
        cleanup.run();
        time.advance(Duration.ofMinutes(5));
        cleanup.run();
        time.advance(Duration.ofSeconds(1));

        List<CleanupRun> past = cleanup.past();

        assertThat(past)
                .extracting(CleanupRun::ago)
                .containsExactly(Duration.ofSeconds(1), Duration.ofMinutes(5).plusSeconds(3));
        assertThat(past.get(0).found()).isEqualTo(7);
        assertThat(past.get(0).removed()).isEqualTo(4);
        assertThat(past.get(0).took()).isEqualTo(Duration.ofSeconds(2));
        for (int i = 0; i < Cleanup.REMEMBERED; i++) {
            cleanup.run();
        }
        assertThat(cleanup.past()).hasSize(Cleanup.REMEMBERED);
    }

    @Test
    void definesItsCounters() {
        Cleanup cleanup = new Cleanup(List.of(sweep("a", 2, 1)), time);
        cleanup.run();

        assertThat(cleanup.metrics().all())
                .extracting(metric -> metric.name() + " " + metric.value().getAsDouble())
                .containsExactly(
                        "cordon_cleanup_runs_total 1.0",
                        "cordon_cleanup_found_total 2.0",
                        "cordon_cleanup_removed_total 1.0",
                        "cordon_cleanup_failures_total 0.0");
    }
}
