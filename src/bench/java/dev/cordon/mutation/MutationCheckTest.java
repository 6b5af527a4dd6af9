package dev.cordon.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutationCheckTest {
    private static final String ON_THE_WAY = "dev.cordon.manager.Connection";
    private static final String ELSEWHERE = "dev.cordon.console.NodeView";

    @TempDir
    Path folder;

    private final StringBuilder report = new StringBuilder("<?xml version=\"1.0\"?><mutations>");
    private final StringBuilder equivalents = new StringBuilder("# class | method | …\n\n");

    @BeforeEach
    void nineOfTenAreKilled() {
        for (int i = 0; i < 9; i++) {
            mutant(ELSEWHERE, "render", true);
        }
        mutant(ELSEWHERE, "render", false);
    }

    @Test
    void everyClassOfTheMessagesWayExists() {
        assertThat(MutationCheck.WAY).allSatisfy(name -> {
            Path source = Path.of("src/main/java/dev/cordon", name.replace('.', '/'));
            assertThat(name.endsWith(".") ? source : Path.of(source + ".java")).exists();
        });
    }

    @Test
    void findsNoFaultAtTheThreshold() throws IOException {
        assertThat(faults()).isEmpty();
    }

    @Test
    void reportsAllClassesTogetherBelowTheThreshold() throws IOException {
        mutant(ELSEWHERE, "render", false);

        assertThat(faults()).containsExactly("all: 81.8 % of the mutants killed, 90.0 are asked for");
    }

    @Test
    void reportsAClassOfTheMessagesWayBelowItsThreshold() throws IOException {
        for (int i = 0; i < 30; i++) {
            mutant(ELSEWHERE, "render", true);
        }
        mutant(ON_THE_WAY, "send", true);
        mutant(ON_THE_WAY, "send", false);

        assertThat(faults()).containsExactly("manager.Connection: 50.0 % of the mutants killed, 85.0 are asked for");
    }

    @Test
    void countsInnerClassesAndLambdasWithTheirClassAndMethod() throws IOException {
        mutant(ON_THE_WAY + "$Outcome", "lambda$send$12", false);
        equivalents.append("manager.Connection | send | Math | removed it | 1 | nothing asks for it\n");

        assertThat(faults()).isEmpty();
    }

    @Test
    void excusesAsManyEquivalentMutantsAsAreListed() throws IOException {
        mutant(ON_THE_WAY, "send", false);
        mutant(ON_THE_WAY, "send", false);
        equivalents.append("manager.Connection | send | Math | removed it | 1 | nothing asks for it\n");

        assertThat(check().table())
                .containsPattern("\\* manager\\.Connection +2 +0 +1 +0\\.0")
                .containsPattern("all +12 +9 +1 +81\\.8");
    }

    @Test
    void reportsAnEquivalentMutantThatIsNotAlive() throws IOException {
        mutant(ON_THE_WAY, "send", true);
        equivalents.append("manager.Connection | send | Math | removed it | 1 | nothing asks for it\n");

        assertThat(faults())
                .containsExactly(
                        "manager.Connection.send: 1 of “removed it” are said to be equivalent, and 0 are alive");
    }

    @Test
    void anEquivalentMutantMayHaveTimedOut() throws IOException {
        mutant(ON_THE_WAY, "send", true, "TIMED_OUT");
        equivalents.append("manager.Connection | send | Math | removed it | 1 | nothing asks for it\n");

        assertThat(faults()).isEmpty();
        assertThat(check().table()).containsPattern("\\* manager\\.Connection +1 +1 +0 +100\\.0");
    }

    @Test
    void ignoresEquivalentMutantsOfClassesThatWereLeftOut() throws IOException {
        equivalents.append("manager.WriteBatch | close | Math | removed it | 1 | nothing asks for it\n");

        assertThat(faults()).isEmpty();
    }

    @Test
    void rejectsAnEquivalentMutantWithoutAReason() {
        equivalents.append("manager.Connection | send | Math | removed it | 1 |\n");

        assertThatThrownBy(this::check).hasMessageContaining("reason: manager.Connection | send");
    }

    @Test
    void failsTheBuildBelowTheThreshold() throws IOException {
        mutant(ELSEWHERE, "render", false);
        String[] args = {
            write("report.xml", report + "</mutations>"), write("equivalent.txt", equivalents.toString()), "90", "85"
        };

        assertThatThrownBy(() -> MutationCheck.main(args)).hasMessageStartingWith("all: 81.8 %");
    }

    @Test
    void readsAllKeptReportsOfAFolderAsTheyWere() throws IOException {
        mutant(ON_THE_WAY + "$Outcome", "lambda$send$12", false);
        mutant(ON_THE_WAY, "close", true, "TIMED_OUT");
        String whole = write("whole.xml", report + "</mutations>");
        Path kept = folder.resolve("kept");
        KeptReport.main(new String[] {whole, kept.resolve("a.txt").toString(), "abc"});
        KeptReport.main(new String[] {whole, kept.resolve("b.txt").toString(), "abc"});
        equivalents.append("manager.Connection | send | Math | removed it | 2 | nothing asks for it\n");

        assertThat(new MutationCheck(Mutant.readAll(kept), excused()).table())
                .containsPattern("\\* manager\\.Connection +4 +2 +2 +100\\.0")
                .containsPattern("all +24 +20 +2 +90\\.9");
        assertThat(Files.readString(kept.resolve("a.txt"))).isEqualTo("""
                        # by src/bench/mutation/run
                        # sources abc
                        killed console.NodeView | 9
                        alive console.NodeView | render | Math | removed it | 7
                        alive manager.Connection | send | Math | removed it | 7
                        timed-out manager.Connection | close | Math | removed it | 7
                        """);
    }

    @Test
    void rejectsAKeptReportThatItCannotRead() throws IOException {
        Path kept = Files.createDirectory(folder.resolve("kept"));
        Files.writeString(kept.resolve("a.txt"), "dead manager.Connection | 1\n");

        assertThatThrownBy(() -> Mutant.readAll(kept))
                .hasMessageContaining("cannot read")
                .hasMessageContaining("dead");
    }

    private List<String> faults() throws IOException {
        return check().faults(90, 85);
    }

    private MutationCheck check() throws IOException {
        return new MutationCheck(Mutant.readAll(Path.of(write("report.xml", report + "</mutations>"))), excused());
    }

    private Equivalents excused() throws IOException {
        return Equivalents.read(Path.of(write("equivalent.txt", equivalents.toString())));
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private void mutant(String className, String method, boolean killed) {
        mutant(className, method, killed, killed ? "KILLED" : "SURVIVED");
    }

    private void mutant(String className, String method, boolean killed, String status) {
        report.append("<mutation detected='")
                .append(killed)
                .append("' status='")
                .append(status)
                .append("' numberOfTestsRun='1'>")
                .append("<sourceFile>X.java</sourceFile><mutatedClass>")
                .append(className)
                .append("</mutatedClass><mutatedMethod>")
                .append(method)
                .append("</mutatedMethod><lineNumber>7</lineNumber><mutator>org.pitest.Math</mutator>")
                .append("<indexes><index>5</index></indexes><description>removed it</description></mutation>");
    }
}
