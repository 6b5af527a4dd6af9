package dev.cordon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {
    @Test
    void anotherWayInTakesPartWhereMessagesAreDelivered() {
        BenchOptions options = read(Map.of());

        assertThat(List.of(BenchOptions.ALL_SCENARIOS.split(",")).stream()
                        .filter(scenario -> options.wants(Contestant.CORDON_SSE, scenario)))
                .containsExactly("latency", "saturation", "apart", "burst", "batch", "broadcast", "connect", "memory");
        assertThat(options.shared()).isFalse();
    }

    @Test
    void aSmokeRunHasOtherWaysInOneScenarioOnCordonsServer() {
        BenchOptions options = read(Map.of("bench.smoke", "true"));

        assertThat(options.scenarios().stream().filter(scenario -> options.wants(Contestant.CORDON_SSE, scenario)))
                .containsExactly("apart");
        assertThat(options.wants(Contestant.CORDON, "echo")).isTrue();
        assertThat(options.shared()).isTrue();
    }

    @Test
    void aScenarioThatWasNotAskedForIsNobodys() {
        BenchOptions options = read(Map.of("bench.scenarios", "echo"));

        assertThat(options.wants(Contestant.CORDON, "latency")).isFalse();
        assertThat(options.wants(Contestant.CORDON_SSE, "latency")).isFalse();
    }

    @Test
    void aServerNamesTheWayOfItsReceivers() {
        assertThat(Contestant.CORDON_UNI_HTTP_STREAM.way()).isEqualTo("UNI_HTTP_STREAM");
        assertThat(Contestant.CORDON_PROTOBUF.way()).isEqualTo("PROTOBUF");
        assertThat(Contestant.CORDON_JDBC.way()).isEqualTo("JSON");
        assertThat(Contestant.NETTY.way()).isEqualTo("JSON");
    }

    @Test
    void groupsAreOfTenTenths() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(Map.of("bench.members", "10005")))
                .withMessage("bench.members is 10005 but must be 10 to 10,000 and a multiple of ten");
    }

    @Test
    void memoryIsASlopeBetweenTwoSizes() {
        Map<String, String> one = Map.of("bench.sizes", "2000", "bench.scenarios", "memory");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(one))
                .withMessage("bench.sizes is 2000 but must have two numbers:"
                        + " the memory of a connection is the slope between the first and the last");
        assertThat(read(Map.of("bench.sizes", "2000", "bench.scenarios", "echo"))
                        .sizes())
                .containsExactly(2000);
    }

    private static BenchOptions read(Map<String, String> properties) {
        return BenchOptions.read(name -> properties.getOrDefault(name, ""));
    }
}
