package dev.cordon.console;

import dev.cordon.legacy.CallSite;
import dev.cordon.legacy.Divergence;
import dev.cordon.legacy.MigrationReport;
import dev.cordon.legacy.MigrationReport.Path;
import dev.cordon.legacy.MigrationStatus;
import dev.cordon.legacy.ShadowComparison;
import dev.cordon.protocol.UserId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The section of the console's page about the migration from a singleton. */
final class MigrationView {
    /** Most call sites, and most divergences: as many as are kept, because a rare one must be seen too. */
    private static final int ROWS = 200;

    private MigrationView() {}

    static Map<String, Object> of(MigrationStatus status) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("share", status.settings().share());
        fields.put("shadow", status.settings().shadow());
        fields.put("calls", calls(status.report()));
        fields.put("legacy_connections", status.legacyConnections());
        fields.put("factory_connections", status.factoryConnections());
        fields.put("call_sites", status.sites().size());
        fields.put("unlisted_calls", status.unlistedCalls());
        fields.put(
                "sites",
                status.sites().stream().limit(ROWS).map(MigrationView::site).toList());
        fields.put("compared", compared(status.compared()));
        return fields;
    }

    private static Map<String, Object> calls(MigrationReport report) {
        Map<String, Object> calls = new LinkedHashMap<>();
        for (Path path : Path.values()) {
            calls.put(word(path), report.calls(path));
        }
        return calls;
    }

    private static Map<String, Object> site(CallSite site) {
        return Map.of(
                "where", site.where(),
                "call", site.call().method(),
                "calls", site.calls(),
                "at", site.lastAt().toEpochMilli(),
                "instead", site.call().instead());
    }

    private static Map<String, Object> compared(ShadowComparison.Result result) {
        Map<String, Object> causes = new LinkedHashMap<>();
        result.causes().forEach((cause, count) -> causes.put(word(cause), count));
        List<Divergence> all = result.divergences();
        return Map.of(
                "connections", result.connections(),
                "messages", result.messages(),
                "causes", causes,
                "unlisted", result.unlisted(),
                "divergences",
                        all.stream().limit(ROWS).map(MigrationView::divergence).toList());
    }

    private static Map<String, Object> divergence(Divergence divergence) {
        return Map.of(
                "user", divergence.user().value(),
                "by", word(divergence.by()),
                "cause", word(divergence.cause()),
                "from", divergence.from().map(UserId::value).orElse(""),
                "count", divergence.count(),
                "at", divergence.lastAt().toEpochMilli());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
