package dev.cordon.manager;

import java.util.ArrayList;
import java.util.List;

/** Immutable lists that are replaced as a whole at each change. They nearly always have one element or none. */
final class CopyOnWriteLists {
    private CopyOnWriteLists() {}

    static <T> List<T> with(List<T> before, T added) {
        if (before.isEmpty()) {
            return List.of(added);
        }
        List<T> after = new ArrayList<>(before.size() + 1);
        after.addAll(before);
        after.add(added);
        return List.copyOf(after);
    }

    /** Removes an element, compared by identity. */
    static <T> List<T> without(List<T> before, T removed) {
        if (before.size() == 1) {
            return before.get(0) == removed ? List.of() : before;
        }
        List<T> after = new ArrayList<>(before.size());
        for (T each : before) {
            if (each != removed) {
                after.add(each);
            }
        }
        return List.copyOf(after);
    }
}
