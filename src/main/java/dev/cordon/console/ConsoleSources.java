package dev.cordon.console;

import dev.cordon.kpi.AlertBoard;
import dev.cordon.kpi.Kpis;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.upkeep.Cleanup;
import java.time.Clock;
import java.time.Instant;

/**
 * The objects that the console reads.
 *
 * @param startedAt start of the node
 */
public record ConsoleSources(
        WebSocketManagerFactory factory,
        Kpis kpis,
        AlertBoard board,
        Cleanup cleanup,
        ClosedConnections closes,
        Clock clock,
        Instant startedAt) {}
