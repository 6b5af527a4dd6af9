package dev.cordon.validation;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.lang.ref.WeakReference;
import java.util.Collection;

/** The live heap: what is left after full collections. */
final class Heap {
    private Heap() {}

    static long live() {
        collect();
        collect();
        // As the collection left it: used memory now would count a thread's allocation buffer as a whole.
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                .sum();
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
