package dev.cordon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The run as JSON: machine, options, every figure of every round, targets. For comparing runs by program. */
record ResultsJson(Report report) {
    String text() {
        Results results = report.results();
        List<String> servers = new ArrayList<>();
        for (Contestant server : results.servers()) {
            List<String> figures = results.names(server).stream()
                    .map(name -> "      " + quoted(name) + ": " + figure(server, name))
                    .toList();
            servers.add("    " + quoted(server.id()) + ": {\n" + String.join(",\n", figures) + "\n    }");
        }
        List<String> targets = Check.of(results, report.options().stalled()).stream()
                .map(check -> "    {\"what\": %s, \"limit\": %s, \"atMost\": %s, \"measured\": %s, \"verdict\": %s}"
                        .formatted(
                                quoted(check.what()),
                                number(check.limit()),
                                check.atMost(),
                                number(check.measured()),
                                quoted(check.verdict())))
                .toList();
        return "{\n  \"machine\": " + object(report.machine()) + ",\n  \"options\": "
                + quoted(report.options().toString()) + ",\n  \"servers\": {\n"
                + String.join(",\n", servers) + "\n  },\n  \"targets\": [\n" + String.join(",\n", targets)
                + "\n  ]\n}\n";
    }

    private String figure(Contestant server, String name) {
        Results.Spread spread = report.results().of(server, name);
        String rounds = report.results().rounds(server, name).stream()
                .map(ResultsJson::number)
                .collect(Collectors.joining(", "));
        return "{\"median\": %s, \"min\": %s, \"max\": %s, \"rounds\": [%s]}"
                .formatted(number(spread.median()), number(spread.min()), number(spread.max()), rounds);
    }

    private static String object(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> quoted(entry.getKey()) + ": " + quoted(entry.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "null";
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
