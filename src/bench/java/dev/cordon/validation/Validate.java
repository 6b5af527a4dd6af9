package dev.cordon.validation;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Runs all sections, writes the report and fails when a verdict is red. */
public final class Validate {
    private final Options options;
    private final Run run;
    private final List<Section> sections = new ArrayList<>();
    private final long startedAt = System.nanoTime();

    private Validate(Options options) {
        this.options = options;
        this.run = new Run(options);
    }

    public static void main(String[] args) throws IOException {
        Options options = Options.read(System::getProperty);
        Report report = run(options);
        Files.createDirectories(options.out());
        Files.writeString(options.out().resolve("report.md"), report.markdown());
        Files.writeString(options.out().resolve("report.html"), report.html());
        System.out.print(report.markdown());
        System.out.println("Written to " + options.out().resolve("report.html"));
        System.out.println(report.warning() + (report.warning().isEmpty() ? "" : " ") + report.summary());
        if (options.seed() != Seed.NONE && !report.noticed()) {
            System.out.println("The seeded fault was NOT noticed by the verdict "
                    + options.seed().turnsRed());
        }
        // Threads of the HTTP client may still run.
        System.exit(report.red().isEmpty() && options.seed() == Seed.NONE ? 0 : 1);
    }

    static Report run(Options options) {
        return new Validate(options).all();
    }

    private Report all() {
        Map<String, String> machine = Machine.facts();
        Overhead overhead = new Overhead(run);
        if (options.rounds() > 1) {
            warmUp();
        }
        section("baseline", new Baseline(run)::measure);
        section("concurrency", new Concurrency(run)::measure);
        section("factory overhead", overhead::measure);
        section("creation and destruction", new Lifecycle(run)::measure);
        section("delivery", new Delivery(run)::measure);
        section("users", new Scalability(run)::measure);
        section("cleanup and leaks", new Leaks(run)::measure);
        section("bottlenecks", new Bottlenecks(run)::measure);
        section("isolation", new IsolationCost(run)::measure);
        section("memory", new Memory(run)::measure);
        section("KPIs", new KpiCheck(run)::measure);
        // A seed changes the harness's wiring only, so the server has nothing to show.
        if (options.server() && options.seed() == Seed.NONE) {
            section("the real server", new EndToEnd(run)::measure);
        }
        sections.add(isolation());
        if (options.only().isEmpty()) {
            sections.add(new Sizing(run).table());
            sections.add(new Claims(run).compare());
        }
        machine.put("load average at the end (the run itself makes 1 to 2)", Machine.load());
        machine.put("took", Figure.number(seconds()) + " s");
        return new Report(options.seed(), machine, sections);
    }

    private Section isolation() {
        return new Section("Isolation over the whole run")
                .text(
                        "Every wire of every section looked at every message it was given: is the channel's owner my user?")
                .verdict(Verdict.exactly(
                        "foreign",
                        "messages on another user's wire, of %,d deliveries".formatted(run.checked()),
                        run.foreign(),
                        0));
    }

    /** The compiler is done with what is measured before it is measured; what this produces is thrown away. One round is no measurement. */
    private void warmUp() {
        progress("warming up");
        Run discarded = new Run(options);
        new Baseline(discarded).measure();
    }

    private void section(String name, Supplier<Section> measure) {
        if (options.wants(name)) {
            progress(name);
            sections.add(measure.get());
        }
    }

    private double seconds() {
        return (System.nanoTime() - startedAt) / 1e9;
    }

    private void progress(String text) {
        System.out.printf("[validate %3.0f s] %s%n", seconds(), text);
    }
}
