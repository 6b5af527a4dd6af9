package dev.cordon.console;

import dev.cordon.kpi.AlertBoard;
import dev.cordon.kpi.Kpis;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.upkeep.Cleanup;
import java.time.Clock;
import java.time.Instant;

/**
 * Where the console looks.
 *
 * @param startedAt when the node began
 */
public record ConsoleSources(
        WebSocketManagerFactory factory,
        Kpis kpis,
        AlertBoard board,
        Cleanup cleanup,
        Closes closes,
        Clock clock,
        Instant startedAt) {}
