package dev.cordon.cluster;

import dev.cordon.protocol.UserId;
import java.util.Collection;
import java.util.function.BooleanSupplier;

/**
 * Two carriers of wakeups between the same nodes. A node hears both, and wakes by the preferred one while that runs on
 * this node, else by the other one. Thread-safe.
 */
public final class PreferredWakeup implements Wakeup {
    private final Wakeup preferred;
    private final BooleanSupplier running;
    private final Wakeup other;

    /** @param running whether the preferred carrier runs on this node; must not wait */
    public PreferredWakeup(Wakeup preferred, BooleanSupplier running, Wakeup other) {
        this.preferred = preferred;
        this.running = running;
        this.other = other;
    }

    @Override
    public void listen(Hearer hearer) {
        other.listen(hearer);
        preferred.listen(hearer);
    }

    @Override
    public void wake(Collection<UserId> users) {
        (running.getAsBoolean() ? preferred : other).wake(users);
    }

    @Override
    public void close() {
        preferred.close();
        other.close();
    }
}
