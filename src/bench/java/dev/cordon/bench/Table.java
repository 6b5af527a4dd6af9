package dev.cordon.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table of the report, as Markdown or HTML. */
record Table(List<String> head, List<List<String>> rows) {
    Table(List<String> head) {
        this(head, new ArrayList<>());
    }

    void row(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    String markdown() {
        StringBuilder text = new StringBuilder(line(head));
        text.append(line(Collections.nCopies(head.size(), "---")));
        rows.forEach(row -> text.append(line(row)));
        return text.append('\n').toString();
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    String html() {
        StringBuilder text = new StringBuilder("<table><tr>");
        head.forEach(cell -> text.append("<th>").append(escaped(cell)).append("</th>"));
        for (List<String> row : rows) {
            text.append("</tr>\n<tr>");
            row.forEach(cell -> text.append("<td>").append(escaped(cell)).append("</td>"));
        }
        return text.append("</tr></table>\n").toString();
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
