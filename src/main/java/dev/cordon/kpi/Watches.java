package dev.cordon.kpi;

import dev.cordon.canary.CanaryReport;
import dev.cordon.upkeep.CleanupInterval;

/**
 * The observers of memory and canary, beside the counters of {@link Sources}.
 *
 * @param interval between two cleanups
 * @param memory the heap in use
 * @param leaks released managers that are not collected
 * @param canary what the synthetic users measure
 */
public record Watches(CleanupInterval interval, MemoryWatch memory, LeakWatch leaks, CanaryReport canary) {
    void observe() {
        memory.observe();
        leaks.observe();
    }
}
