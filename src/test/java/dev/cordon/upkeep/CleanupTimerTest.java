package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.HandTime;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the timer asks of the container. That the container does it is tested in the container. */
class CleanupTimerTest {
    private final List<Long> scheduled = new ArrayList<>();
    private Duration setting = Duration.ofMinutes(5);
    private final CleanupInterval interval = new CleanupInterval(() -> setting);
    private final List<Boolean> persistent = new ArrayList<>();
    private final HandTime time = new HandTime();
    private final CleanupTimer timer = new CleanupTimer();
    private Runnable sweep = () -> {};
    private final Cleanup cleanup = new Cleanup(
            List.of(Sweeps.removing("all", () -> {
                sweep.run();
                return 1;
            })),
            time);

    @BeforeEach
    void inject() throws Exception {
        TimerService service = (TimerService) Proxy.newProxyInstance(
                TimerService.class.getClassLoader(), new Class<?>[] {TimerService.class}, (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("createSingleActionTimer");
                    scheduled.add((Long) args[0]);
                    persistent.add(((TimerConfig) args[1]).isPersistent());
                    return null;
                });
        set("cleanup", cleanup);
        set("interval", interval);
        set("timers", service);
    }

    private void set(String name, Object value) throws Exception {
        Field field = CleanupTimer.class.getDeclaredField(name);
        field.setAccessible(true);
        field.set(timer, value);
    }

    @Test
    @DisplayName("F04 the cleanup is scheduled when the application starts")
    void schedulesTheCleanupAtTheStart() {
        timer.start();

        assertThat(scheduled).containsExactly(300_000L);
        assertThat(persistent).containsExactly(false);
        assertThat(CleanupTimer.class).hasAnnotations(Singleton.class, Startup.class);
    }

    @Test
    void runsTheCleanupAndSchedulesTheNext() {
        timer.start();
        timer.due();

        assertThat(cleanup.runs()).isEqualTo(1);
        assertThat(scheduled).hasSize(2);
    }

    @Test
    void appliesAChangedIntervalFromTheNextRun() {
        timer.start();
        setting = Duration.ofMinutes(1);
        timer.due();

        assertThat(scheduled).containsExactly(300_000L, 60_000L);
    }

    @Test
    @DisplayName("F04 the reported interval is the one under way, not one that was set meanwhile")
    void reportsTheIntervalUnderWay() {
        assertThat(interval.duration()).isEqualTo(Duration.ofMinutes(5));
        timer.start();

        setting = Duration.ofMinutes(1);
        assertThat(interval.duration()).isEqualTo(Duration.ofMinutes(5));

        timer.due();
        assertThat(interval.duration()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    @DisplayName("F04 the next cleanup is scheduled even after one that fails with an Error")
    void schedulesTheNextAfterAFailure() {
        sweep = () -> {
            throw new StackOverflowError("worse than an exception");
        };

        timer.due();

        assertThat(cleanup.failed()).isEqualTo(1);
        assertThat(scheduled).hasSize(1);
    }
}
