package dev.cordon.validation;

import java.util.ArrayList;
import java.util.List;

/** One chapter of the report, written from top to bottom; its verdicts close it. */
final class Section {
    private final String title;
    private final List<Block> blocks = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();

    /** What a section consists of. */
    sealed interface Block {
        String markdown();

        String html();

        /** Plain text, one paragraph. */
        record Text(String text) implements Block {
            @Override
            public String markdown() {
                return text + "\n\n";
            }

            @Override
            public String html() {
                return "<p>" + Table.escaped(text) + "</p>\n";
            }
        }

        /** On the page only: Markdown has the table beside it. */
        record Picture(Plot plot) implements Block {
            @Override
            public String markdown() {
                return "";
            }

            @Override
            public String html() {
                return plot.svg();
            }
        }

        /** A table. */
        record Rows(Table table) implements Block {
            @Override
            public String markdown() {
                return table.markdown();
            }

            @Override
            public String html() {
                return table.html();
            }
        }
    }

    Section(String title) {
        this.title = title;
    }

    Section text(String paragraph) {
        blocks.add(new Block.Text(paragraph));
        return this;
    }

    Section table(Table table) {
        blocks.add(new Block.Rows(table));
        return this;
    }

    Section plot(Plot plot) {
        blocks.add(new Block.Picture(plot));
        return this;
    }

    Section verdict(Verdict verdict) {
        verdicts.add(verdict);
        return this;
    }

    String title() {
        return title;
    }

    List<Block> blocks() {
        return List.copyOf(blocks);
    }

    List<Verdict> verdicts() {
        return List.copyOf(verdicts);
    }

    /** Red with one red verdict; a section without any says nothing. */
    String result() {
        return verdicts.isEmpty() ? "" : verdicts.stream().allMatch(Verdict::holds) ? "GREEN" : "RED";
    }
}
