package dev.cordon.console;

import dev.cordon.auth.DevTokens;
import dev.cordon.auth.TokenSettings;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.cluster.FakeOtherNodes;
import dev.cordon.cluster.ThisNode;
import dev.cordon.kpi.KpiNode;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.upkeep.Drain;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A node without a container, with its console, on a hand-driven clock. */
final class ConsoleNode {
    final KpiNode kpis;
    final ClosedConnections closes;
    final FakeOtherNodes others = new FakeOtherNodes();
    final ConsoleSources sources;
    final ConsoleApi api;
    private final DevTokens tokens;

    ConsoleNode() {
        this(new KpiNode());
    }

    ConsoleNode(KpiNode of) {
        kpis = of;
        closes = new ClosedConnections(kpis.node.time);
        TokenSettings settings = TokenSettings.ofSecret("0123456789abcdef0123456789abcdef");
        tokens = new DevTokens(settings, kpis.node.time);
        kpis.node.factory.whenEnded(closes::ended);
        sources = new ConsoleSources(
                new ThisNode("here", "1.0.0", "host:8080", kpis.node.time.instant()),
                others,
                kpis.node.factory,
                kpis.kpis,
                kpis.board,
                kpis.cleanup,
                closes,
                kpis.migration,
                kpis.node.time);
        api = new ConsoleApi(
                new TokenVerifier(settings, kpis.node.time),
                sources,
                new Drain(kpis.node.factory, () -> Duration.ofMillis(1), step -> {}),
                new IsolationCheck(
                        kpis.node.factory, kpis.node.publisher, kpis.node.log, kpis.node.time, kpis.node.time),
                kpis.node.time);
    }

    String token(String user, String... groups) {
        return tokens.issue(new UserId(user), Set.of(groups), Optional.empty(), Duration.ofHours(1));
    }

    ConsoleAnswer get(String path) {
        return ask("GET", path, Optional.of("Bearer " + token("ops", "operator")), Optional.empty(), "");
    }

    ConsoleAnswer user(String user) {
        return ask("GET", "user", Optional.of("Bearer " + token("ops", "operator")), Optional.of(user), "");
    }

    ConsoleAnswer post(String path, String body) {
        return ask("POST", path, Optional.of("Bearer " + token("ops", "operator")), Optional.empty(), body);
    }

    ConsoleAnswer ask(String verb, String path, Optional<String> authorization, Optional<String> user, String body) {
        return api.answer(new ConsoleRequest(verb, path, authorization, user, body));
    }

    static String text(ConsoleAnswer answer) {
        return answer.json();
    }

    static JsonFields fields(ConsoleAnswer answer) {
        return JsonFields.read(answer.json().getBytes(StandardCharsets.UTF_8));
    }
}
