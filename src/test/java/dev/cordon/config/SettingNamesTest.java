package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SettingNamesTest {
    @Test
    @DisplayName("L8: an unknown setting gives a warning that names the nearest known one")
    void l8_warnsOfAnUnknownSetting() {
        assertThat(SettingNames.warnings(
                        Set.of("cordon.histry.size", "cordon.history.size", "cordon.nonsense.of.mine", "user.home"),
                        Set.of("CORDON_HISTORY_SZE", "CORDON_HISTORY_SIZE", "CORDON_ALERT_LIMIT_HITS", "PATH")))
                .containsExactly(
                        "cordon.histry.size is no setting and has no effect: did you mean cordon.history.size?",
                        "cordon.nonsense.of.mine is no setting and has no effect: docs/settings.md lists all settings",
                        "CORDON_HISTORY_SZE is no setting and has no effect: did you mean CORDON_HISTORY_SIZE?");
    }

    @Test
    @DisplayName("L8: a setting that only the samples read gives no warning")
    void l8_doesNotWarnOfSettingsOfTheSamples() {
        assertThat(SettingNames.warnings(Set.of(), Set.of("CORDON_H2_URL"))).isEmpty();
    }

    @Test
    @DisplayName("L8: the list of settings equals the settings that are read at the start")
    void l8_listsExactlyTheSettingsThatAreRead() {
        Set<String> read = new TreeSet<>();
        SettingsSource source = new SettingsSource(name -> {
            read.add(name);
            return name.equals("cordon.mode") ? Optional.of("dev") : Optional.empty();
        });

        Start.decide(source, Clock.systemUTC());

        assertThat(read).isEqualTo(SettingNames.all());
    }

    @Test
    @DisplayName("L8: docs/settings.md lists every setting")
    void l8_documentListsEverySetting() throws IOException {
        assertThat(documented("")).isEqualTo(rows(SettingNames.all()));
    }

    @Test
    @DisplayName("L8: docs/settings.md says which settings take effect while the node runs")
    void l8_documentSaysWhichSettingsAreLive() throws IOException {
        Set<String> read = new TreeSet<>();
        Settings.read(new SettingsSource(name -> {
            read.add(name);
            return Optional.empty();
        }));
        // Read for a default only: where the log is does not change while running.
        read.remove("cordon.log");

        assertThat(documented("| live |")).isEqualTo(rows(read));
    }

    /** Names in the rows of the document's tables that contain a text. */
    private static Set<String> documented(String containing) throws IOException {
        return Files.readAllLines(Path.of("docs/settings.md")).stream()
                .filter(line -> line.startsWith("| `") && line.contains(containing))
                .map(line -> "cordon." + line.split("`", -1)[1])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Names as the tables have them: one row for all thresholds of alerts. */
    private static Set<String> rows(Set<String> names) {
        return names.stream()
                .map(name -> name.replaceFirst("^cordon\\.alert\\.(?!webhook$).*", "cordon.alert.<kpi>"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
