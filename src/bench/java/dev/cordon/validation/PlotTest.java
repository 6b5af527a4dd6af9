package dev.cordon.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlotTest {
    @Test
    void labelsPowersOfTenAndItsLines() {
        Plot plot = new Plot(
                "Time <by> users",
                "users",
                "ms",
                List.of(new Plot.Line("creating", "#000", new TreeMap<>(Map.of(5, 0.05, 5_000, 70.0)))));

        assertThat(plot.svg())
                .contains(">1<", ">10<", ">10,000<", ">0.01<", ">100<", ">creating<", "Time &lt;by&gt; users")
                .doesNotContain("NaN");
    }
}
