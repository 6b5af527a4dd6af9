package dev.cordon.manager;

import dev.cordon.log.Appended;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.Frame;
import org.jspecify.annotations.Nullable;

/**
 * One publication on its way to the connections of its owner. It is encoded at most once in each {@link Encoding},
 * when the first connection with that encoding gets it. Confined to the thread that delivers it.
 */
public final class Delivery {
    private final Appended appended;
    private final long acceptedAt;
    private @Nullable Frame json;
    private @Nullable Frame protobuf;

    /** @param acceptedAt time at which the publish was accepted, in nanoseconds of the ticker */
    public Delivery(Appended appended, long acceptedAt) {
        this.appended = appended;
        this.acceptedAt = acceptedAt;
    }

    public Appended appended() {
        return appended;
    }

    /** Returns the push, encoded once for all connections with this encoding. */
    public Frame frame(Encoding encoding) {
        return encoding == Encoding.JSON ? json() : protobuf();
    }

    private Frame json() {
        Frame made = json;
        if (made == null) {
            made = Encoding.JSON.push(appended.publication());
            json = made;
        }
        return made;
    }

    private Frame protobuf() {
        Frame made = protobuf;
        if (made == null) {
            made = Encoding.PROTOBUF.push(appended.publication());
            protobuf = made;
        }
        return made;
    }

    /** Time at which the publish was accepted, in nanoseconds of the ticker. */
    public long acceptedAt() {
        return acceptedAt;
    }
}
