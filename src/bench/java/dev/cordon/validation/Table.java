package dev.cordon.validation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table of the report, as Markdown or HTML; its first column names the row. */
record Table(List<String> head, List<List<String>> rows) {
    Table(String... head) {
        this(List.of(head), new ArrayList<>());
    }

    /** @throws IllegalArgumentException if there are not as many cells as columns */
    Table row(String... cells) {
        if (cells.length != head.size()) {
            throw new IllegalArgumentException(cells.length + " cells under " + head.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    String markdown() {
        StringBuilder text = new StringBuilder(line(head)).append(line(Collections.nCopies(head.size(), "---")));
        rows.forEach(row -> text.append(line(row)));
        return text.append('\n').toString();
    }

    private static String line(List<String> cells) {
        return "| "
                + String.join(
                        " | ",
                        cells.stream().map(cell -> cell.replace("|", "\\|")).toList())
                + " |\n";
    }

    String html() {
        StringBuilder text = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");
        head.forEach(cell -> text.append("<th>").append(escaped(cell)).append("</th>"));
        text.append("</tr></thead><tbody>\n");
        for (List<String> row : rows) {
            text.append("<tr>");
            row.forEach(cell -> text.append(cell(cell)));
            text.append("</tr>\n");
        }
        return text.append("</tbody></table></div>\n").toString();
    }

    private static String cell(String text) {
        String kind = text.equals("GREEN") ? " class=\"green\"" : text.equals("RED") ? " class=\"red\"" : "";
        return "<td" + kind + ">" + escaped(text) + "</td>";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
