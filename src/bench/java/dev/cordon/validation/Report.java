package dev.cordon.validation;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All sections of a run, as Markdown and as one page without scripts. */
record Report(Seed seed, Map<String, String> machine, List<Section> sections) {
    private static final String TITLE = "Cordon validation report";

    private static final String LEGEND =
            "Times are microseconds unless a head says otherwise. A distribution of single samples reads"
                    + " median · p99 · max · n; a figure of rounds reads median (least–greatest, rounds). Everything was measured by the run"
                    + " that wrote this page; nothing is carried over or extrapolated.";

    private static final String STYLE =
            "body{font:15px/1.55 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1.25rem;color:#1f2933;background:#fff}"
                    + "h1{font-size:1.7rem;margin:0 0 1rem}h2{font-size:1.2rem;margin:2.4rem 0 .6rem;padding-top:.8rem;border-top:1px solid"
                    + " #d9e0e6}p{max-width:62rem}.scroll{overflow-x:auto}table{border-collapse:collapse;margin:.8rem 0;font-size:13px;"
                    + "font-variant-numeric:tabular-nums}td,th{border:1px solid #d0d7de;padding:.3rem .55rem;text-align:left;vertical-align:"
                    + "top}th{background:#f2f5f8}tbody tr:nth-child(even){background:#fafbfc}td:first-child{font-weight:600}td.green,.badge"
                    + ".green{background:#dff3e4;color:#0b5a27;font-weight:700}td.red,.badge.red{background:#fde2e1;color:#8f1d18;font-weight:"
                    + "700}.badge{font-size:.72rem;padding:.15rem .5rem;border-radius:.6rem;vertical-align:middle}.banner{padding:.7rem 1rem;"
                    + "border-radius:.4rem;font-weight:600;max-width:none}.banner.green{background:#dff3e4;color:#0b5a27}.banner.red{"
                    + "background:#fde2e1;color:#8f1d18}";

    List<Verdict> verdicts() {
        return sections.stream().flatMap(section -> section.verdicts().stream()).toList();
    }

    List<Verdict> red() {
        return verdicts().stream().filter(verdict -> !verdict.holds()).toList();
    }

    /** Whether the verdict that must notice the seeded fault is red. */
    boolean noticed() {
        return red().stream().anyMatch(verdict -> verdict.id().equals(seed.turnsRed()));
    }

    /** In one line: how many hold, and which do not. */
    String summary() {
        int green = verdicts().size() - red().size();
        String names = String.join(", ", red().stream().map(Verdict::id).toList());
        return red().isEmpty()
                ? "GREEN: all %d verdicts hold.".formatted(green)
                : "RED: %d of %d verdicts do not hold: %s."
                        .formatted(red().size(), verdicts().size(), names);
    }

    String warning() {
        return seed == Seed.NONE
                ? ""
                : "This run carries a seeded fault (%s): %s. It must be red.".formatted(seed.word(), seed.does());
    }

    private Table facts() {
        Table table = new Table("machine", "");
        machine.forEach(table::row);
        return table;
    }

    private Table overview() {
        Table table = new Table("section", "verdict", "assertion", "measured", "result");
        for (Section section : sections) {
            section.verdicts().forEach(v -> table.row(section.title(), v.id(), v.asserts(), v.measured(), v.word()));
        }
        return table;
    }

    static Table table(List<Verdict> verdicts) {
        Table table = new Table("verdict", "assertion", "measured", "result");
        verdicts.forEach(v -> table.row(v.id(), v.asserts(), v.measured(), v.word()));
        return table;
    }

    String markdown() {
        StringBuilder text = new StringBuilder("# " + TITLE + "\n\n");
        text.append(warning().isEmpty() ? "" : "**" + warning() + "**\n\n");
        text.append("**").append(summary()).append("**\n\n").append(facts().markdown());
        text.append(LEGEND).append("\n\n## Summary\n\n").append(overview().markdown());
        for (Section section : sections) {
            text.append("## ").append(section.title()).append("\n\n");
            section.blocks().forEach(block -> text.append(block.markdown()));
            text.append(
                    section.verdicts().isEmpty()
                            ? ""
                            : table(section.verdicts()).markdown());
        }
        return text.toString();
    }

    String html() {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\"><title>" + TITLE + "</title><style>")
                .append(STYLE)
                .append("</style></head><body>\n<h1>" + TITLE + "</h1>\n")
                .append(warning().isEmpty() ? "" : banner("red", warning()))
                .append(banner(red().isEmpty() ? "green" : "red", summary()))
                .append(facts().html())
                .append("<p>" + Table.escaped(LEGEND) + "</p>\n<h2>Summary</h2>\n")
                .append(overview().html());
        for (Section section : sections) {
            page.append("<h2>").append(Table.escaped(section.title())).append(badge(section.result()));
            page.append("</h2>\n");
            section.blocks().forEach(block -> page.append(block.html()));
            page.append(
                    section.verdicts().isEmpty()
                            ? ""
                            : table(section.verdicts()).html());
        }
        return page.append("</body></html>\n").toString();
    }

    private static String banner(String kind, String text) {
        return "<p class=\"banner " + kind + "\">" + Table.escaped(text) + "</p>\n";
    }

    private static String badge(String result) {
        return result.isEmpty()
                ? ""
                : " <span class=\"badge " + result.toLowerCase(Locale.ROOT) + "\">" + result + "</span>";
    }
}
