package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.upkeep.LogLines;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveSettingsTest {
    private final FakeSettings settings = FakeSettings.none();
    private final LiveSettings live = new LiveSettings(settings.source());

    @Test
    void appliesAChangeAtTheNextRefresh() {
        settings.set("cordon.max-managers-per-user", "7");
        assertThat(live.get().limits().maxManagersPerUser())
                .as("not read again yet")
                .isEqualTo(5);

        live.refresh();

        assertThat(live.get().limits().maxManagersPerUser()).isEqualTo(7);
    }

    @Test
    void rejectsAnInvalidChangeAndAppliesTheNextValidOne() {
        settings.set("cordon.max-managers-per-user", "7");
        live.refresh();
        Settings good = live.get();

        settings.set("cordon.max-managers-per-user", "0").set("cordon.history.size", "9");
        live.refresh();
        assertThat(live.get()).as("no part of the invalid change is applied").isSameAs(good);
        settings.set("cordon.max-managers-per-user", "8");
        live.refresh();

        assertThat(live.get().limits().maxManagersPerUser()).isEqualTo(8);
        assertThat(live.get().retention().maxPublications()).isEqualTo(9);
    }

    @Test
    void logsOnceWhyAChangeIsRejected() {
        settings.set("cordon.ping-interval", "soon");

        List<String> lines = logged(() -> {
            for (int i = 0; i < 5; i++) {
                live.refresh();
                assertThat(live.get().limits().pingInterval()).isEqualTo(Duration.ofSeconds(25));
            }
        });

        assertThat(lines).hasSize(1).first().asString().contains("cordon.ping-interval is 'soon' but must be");
    }

    @Test
    void keepsItsSettingsWhenTheSourceFails() {
        AtomicBoolean broken = new AtomicBoolean();
        LiveSettings fragile = new LiveSettings(new SettingsSource(name -> {
            if (broken.get()) {
                throw new NoSuchElementException(name);
            }
            return Optional.empty();
        }));
        Settings before = fragile.get();

        broken.set(true);
        fragile.refresh();

        assertThat(fragile.get()).isSameAs(before);
    }

    @Test
    void readsTheSourceOnlyAtARefresh() {
        AtomicInteger reads = new AtomicInteger();
        LiveSettings counted = new LiveSettings(new SettingsSource(name -> {
            if (name.equals("cordon.history.size")) {
                reads.incrementAndGet();
            }
            return Optional.empty();
        }));

        for (int i = 0; i < 1000; i++) {
            counted.get();
        }
        assertThat(reads).hasValue(1);
        counted.refresh();

        assertThat(reads).hasValue(2);
    }

    @Test
    void rejectsAnInvalidSettingAtTheStart() {
        settings.set("cordon.history.size", "-1");

        assertThatThrownBy(() -> new LiveSettings(settings.source()))
                .isInstanceOf(SettingException.class)
                .hasMessage("cordon.history.size is -1 but must be 0 or more");
    }

    private static List<String> logged(Runnable action) {
        return LogLines.of(LiveSettings.class, action).stream()
                .map(line -> java.text.MessageFormat.format(line.getMessage(), line.getParameters()))
                .toList();
    }
}
