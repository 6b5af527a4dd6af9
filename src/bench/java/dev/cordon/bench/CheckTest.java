package dev.cordon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckTest {
    private final Results results = new Results();

    @Test
    void aWayInIsComparedWithCordonInTheSameRound() {
        add(Contestant.CORDON, Map.of("saturation.cpu", 10.0));
        add(Contestant.CORDON_PROTOBUF, Map.of("saturation.cpu", 10.5));
        add(Contestant.CORDON, Map.of("saturation.cpu", 20.0));
        add(Contestant.CORDON_PROTOBUF, Map.of("saturation.cpu", 24.0));
        add(Contestant.CORDON, Map.of("saturation.cpu", 5.0));
        add(Contestant.CORDON_PROTOBUF, Map.of("saturation.cpu", 5.6));

        Check check = check("Cordon, Protobuf: targeted delivery, CPU, of JSON over a WebSocket");

        assertThat(check.measured()).isEqualTo(1.12, within(1e-9));
        assertThat(check.wanted()).isEqualTo("≤ 1.10 ×");
        assertThat(check.verdict()).isEqualTo("MISSED");
    }

    @Test
    void aStreamMayCostTwiceAndTwelveKilobytes() {
        add(Contestant.CORDON, Map.of("saturation.cpu", 10.0));
        add(Contestant.CORDON_UNI_SSE, Map.of("saturation.cpu", 19.9, "memory.slope", 12.5));

        assertThat(check("Cordon, uni_sse: targeted delivery, CPU, of JSON over a WebSocket")
                        .verdict())
                .isEqualTo("met");
        assertThat(check("Cordon, uni_sse: live heap an idle connection").verdict())
                .isEqualTo("MISSED");
        assertThat(check("Cordon, uni_sse: published and not delivered, targeted")
                        .verdict())
                .isEqualTo("not measured");
    }

    @Test
    void aLargeGroupIsComparedWithSmallOnesInTheSameRound() {
        add(Contestant.CORDON, Map.of("groups.one.cpu", 10.2, "groups.ten.cpu", 10.0));
        add(Contestant.CORDON, Map.of("groups.one.cpu", 20.0, "groups.ten.cpu", 20.0));
        add(Contestant.CORDON, Map.of("groups.one.cpu", 6.0, "groups.ten.cpu", 5.0));

        Check check = check("broadcast to one group of all users, CPU a delivery, of ten groups of a tenth each");

        assertThat(check.measured()).isEqualTo(1.02, within(1e-9));
        assertThat(check.verdict()).isEqualTo("met");
    }

    private void add(Contestant server, Map<String, Double> figures) {
        results.add(server, new Generator.Answer(figures, Map.of()));
    }

    private Check check(String what) {
        return Check.of(results, 500).stream()
                .filter(check -> check.what().equals(what))
                .findFirst()
                .orElseThrow();
    }
}
