package dev.cordon.kpi;

import dev.cordon.upkeep.CleanupInterval;

/**
 * What is watched beside what the parts count themselves.
 *
 * @param interval between two cleanups
 * @param memory the heap in use
 * @param leaks what was released and not collected
 */
public record Watches(CleanupInterval interval, MemoryWatch memory, LeakWatch leaks) {
    void observe() {
        memory.observe();
        leaks.observe();
    }
}
