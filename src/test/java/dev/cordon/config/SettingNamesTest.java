package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SettingNamesTest {
    @Test
    @DisplayName("L8: a setting that is none is a warning that names the nearest one")
    void l8_warnsOfAnUnknownSetting() {
        assertThat(SettingNames.warnings(
                        Set.of("cordon.histry.size", "cordon.history.size", "cordon.nonsense.of.mine", "user.home"),
                        Set.of("CORDON_HISTORY_SZE", "CORDON_HISTORY_SIZE", "CORDON_ALERT_LIMIT_HITS", "PATH")))
                .containsExactly(
                        "cordon.histry.size is no setting and has no effect: did you mean cordon.history.size?",
                        "cordon.nonsense.of.mine is no setting and has no effect: the README lists all settings",
                        "CORDON_HISTORY_SZE is no setting and has no effect: did you mean CORDON_HISTORY_SIZE?");
    }

    @Test
    @DisplayName("L8: what the samples read is no mistake")
    void l8_takesWhatTheSamplesRead() {
        assertThat(SettingNames.warnings(Set.of(), Set.of("CORDON_H2_URL"))).isEmpty();
    }

    @Test
    @DisplayName("L8: the list is what is read at the start, no more and no less")
    void l8_listsWhatIsRead() {
        Set<String> read = new TreeSet<>();
        SettingsSource source = new SettingsSource(name -> {
            read.add(name);
            return name.equals("cordon.mode") ? Optional.of("dev") : Optional.empty();
        });

        Start.decide(source, Clock.systemUTC());

        assertThat(read).isEqualTo(SettingNames.all());
    }

    @Test
    @DisplayName("L8: the README's table lists them all")
    void l8_theReadmeListsThem() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        List<String> rows = readme.substring(readme.indexOf("## Settings"), readme.indexOf("## The log in a database"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|", -1)[1])
                .toList();
        Set<String> documented = rows.stream()
                .flatMap(names -> Pattern.compile("`([^`]+)`").matcher(names).results())
                .map(name -> "cordon." + name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented)
                .isEqualTo(SettingNames.all().stream()
                        .map(name -> name.startsWith("cordon.alert.") && !name.endsWith("webhook")
                                ? "cordon.alert.<kpi>"
                                : name)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }
}
