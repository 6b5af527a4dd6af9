package dev.cordon.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static Report report(Seed seed, long lost) {
        Section section = new Section("Delivery <now>")
                .text("a & b")
                .table(new Table("a", "b").row("x|y", "<1>"))
                .verdict(Verdict.exactly("lost", "messages lost", lost, 0));
        return new Report(seed, Map.of("cores", "2"), List.of(section));
    }

    @Test
    @Tag("F50")
    void isRedWithOneRedVerdictAndNamesIt() {
        assertThat(report(Seed.NONE, 0).summary()).isEqualTo("GREEN: all 1 verdicts hold.");
        assertThat(report(Seed.NONE, 3).summary()).isEqualTo("RED: 1 of 1 verdicts do not hold: lost.");
        assertThat(report(Seed.NONE, 3).markdown()).contains("| lost | messages lost = 0 | 3 | RED |");
        assertThat(report(Seed.NONE, 3).html()).contains("<td class=\"red\">RED</td>");
    }

    @Test
    void saysThatAFaultWasSeeded() {
        assertThat(report(Seed.LEAK, 0).markdown()).contains("seeded fault (leak)");
        assertThat(report(Seed.NONE, 0).markdown()).doesNotContain("seeded fault");
    }

    @Test
    void textIsEscapedInBothForms() {
        Report report = report(Seed.NONE, 0);

        assertThat(report.markdown()).contains("| x\\|y | <1> |");
        assertThat(report.html()).contains("<td>&lt;1&gt;</td>", "<p>a &amp; b</p>", "Delivery &lt;now&gt;");
    }

    @Test
    void aRowHasAsManyCellsAsTheHead() {
        Table table = new Table("a", "b");

        assertThatThrownBy(() -> table.row("1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anUnknownSeedStopsTheRun() {
        assertThatThrownBy(() -> Options.read(name -> name.equals("validate.seed") ? "leek" : null))
                .hasMessageContaining("none, leak, slow, foreign, lock");
    }
}
