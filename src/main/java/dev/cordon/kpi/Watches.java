package dev.cordon.kpi;

import dev.cordon.canary.CanaryReport;
import dev.cordon.upkeep.CleanupInterval;

/**
 * What is watched beside what the parts count themselves.
 *
 * @param interval between two cleanups
 * @param memory the heap in use
 * @param leaks what was released and not collected
 * @param canary what the synthetic users see
 */
public record Watches(CleanupInterval interval, MemoryWatch memory, LeakWatch leaks, CanaryReport canary) {
    void observe() {
        memory.observe();
        leaks.observe();
    }
}
