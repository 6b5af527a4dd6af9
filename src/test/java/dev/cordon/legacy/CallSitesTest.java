package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.legacy.MigrationReport.Call;
import dev.cordon.manager.HandTime;
import dev.cordon.upkeep.LogLines;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.List;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class CallSitesTest {
    private final HandTime time = new HandTime();
    private final CallSites sites = new CallSites(time, 3);

    @Test
    void warnsOnceOfEachPlaceAndCountsItsCalls() {
        List<LogRecord> lines = LogLines.of(CallSites.class, () -> {
            for (int i = 0; i < 100; i++) {
                sites.called(Call.SEND);
            }
            time.advance(Duration.ofSeconds(5));
            sites.called(Call.STATS);
        });

        assertThat(lines)
                .extracting(line -> MessageFormat.format(line.getMessage(), line.getParameters()))
                .hasSize(2)
                .first()
                .asString()
                .contains("dev.cordon.legacy.CallSitesTest")
                .contains("CallSitesTest.java:")
                .endsWith(
                        " calls MigrationAdapter.sendToUser. Once all users have moved, instead: CordonClient.publish(\"#\" + user, json) (docs/migration.md)");
        assertThat(sites.all()).extracting(CallSite::calls).containsExactly(100L, 1L);
        assertThat(sites.all())
                .extracting(CallSite::lastAt)
                .containsExactly(HandTime.START, HandTime.START.plusSeconds(5));
        assertThat(sites.unlisted()).isZero();
    }

    @Test
    void tellsTwoCallsOfOneLineApart() {
        LogLines.of(CallSites.class, () -> {
            sites.called(Call.SEND);
            sites.called(Call.SEND);
        });

        assertThat(sites.size()).isEqualTo(2);
    }

    @Test
    void listsABoundedNumberOfPlacesAndCountsTheOthersTogether() {
        List<LogRecord> lines = LogLines.of(CallSites.class, () -> {
            sites.called(Call.CONNECT);
            sites.called(Call.SEND);
            sites.called(Call.BROADCAST);
            for (int i = 0; i < 7; i++) {
                sites.called(Call.STATS);
            }
            sites.called(Call.DISCONNECT);
        });

        assertThat(sites.size()).isEqualTo(3);
        assertThat(sites.unlisted()).isEqualTo(8);
        assertThat(lines).hasSize(4);
        assertThat(MessageFormat.format(lines.get(3).getMessage(), lines.get(3).getParameters()))
                .isEqualTo(
                        "The migration adapter is called from more than 3 places: further ones are neither logged nor listed");
    }
}
