package dev.cordon.bench;

import java.io.IOException;
import java.util.Map;

/** Writes. */
record Report(BenchOptions options, Map<String, String> machine, Results results) {
    void write() throws IOException {
        for (Contestant c : results.servers()) {
            for (String n : results.names(c)) {
                if (!n.contains("curve")) {
                    Results.Spread s = results.of(c, n);
                    System.out.println(c.id() + " " + n + " " + number(s.median()) + " (" + number(s.min()) + " – "
                            + number(s.max()) + ")");
                }
            }
            System.out.println(results.notes(c));
        }
    }

    static String number(double value) {
        return "%.4g".formatted(value);
    }
}
