package dev.cordon.client;

import java.util.List;

/** The addresses that a client knows. Immutable, but for what each knows of its failures; thread-safe. */
final class Nodes {
    private final List<Node> all;

    Nodes(List<Node> all) {
        this.all = List.copyOf(all);
    }

    /** Returns the first node, from the preferred one on, that may be asked now; else the one that may be soonest. */
    Node choose(int preferred) {
        long now = System.nanoTime();
        Node soonest = all.get(Math.floorMod(preferred, all.size()));
        for (int i = 0; i < all.size() && soonest.pause(now) > 0; i++) {
            Node other = all.get(Math.floorMod(preferred + i, all.size()));
            if (other.pause(now) < soonest.pause(now)) {
                soonest = other;
            }
        }
        return soonest;
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
