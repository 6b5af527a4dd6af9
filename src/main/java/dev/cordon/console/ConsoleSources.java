package dev.cordon.console;

import dev.cordon.cluster.OtherNodes;
import dev.cordon.cluster.ThisNode;
import dev.cordon.kpi.AlertBoard;
import dev.cordon.kpi.Kpis;
import dev.cordon.legacy.MigrationCounters;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.upkeep.Cleanup;
import java.time.Clock;

/** The objects that the console reads. */
public record ConsoleSources(
        ThisNode node,
        OtherNodes others,
        WebSocketManagerFactory factory,
        Kpis kpis,
        AlertBoard board,
        Cleanup cleanup,
        ClosedConnections closes,
        MigrationCounters migration,
        Clock clock) {}
