package dev.cordon.validation;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.Collection;

/** The live heap: what is left after full collections. */
final class Heap {
    private Heap() {}

    static long live() {
        collect();
        collect();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** How many of these are still reachable after at most five full collections. */
    static long uncollected(Collection<? extends WeakReference<?>> references) {
        long left = references.size();
        for (int i = 0; i < 5 && left > 0; i++) {
            collect();
            left = references.stream().filter(each -> each.get() != null).count();
        }
        return left;
    }

    private static void collect() {
        System.gc();
    }
}
