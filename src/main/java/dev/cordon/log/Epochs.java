package dev.cordon.log;

import dev.cordon.protocol.StreamPosition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The generator of channel epochs for the log in memory (ADR 0016). An epoch is a keyed hash of the channel's name and
 * of the generation in which the channel's life began. So the log knows the epoch of an unpublished channel without
 * storing it. When a channel with publications is forgotten, its generation and all earlier ones become invalid. Its
 * successor has another epoch, and no earlier position is valid there. Thread-safe.
 */
final class Epochs {
    /** Maximum of generations whose start positions are valid. */
    static final int MAX_GENERATIONS = 16;

    /** Bytes of an epoch: 96 bits that nobody can guess, in 16 characters. */
    private static final int BYTES = 12;

    private final Naming naming;
    private final AtomicReference<Window> window = new AtomicReference<>(new Window(0, 0));

    /** The function that computes an epoch. Pure. */
    @FunctionalInterface
    interface Naming {
        String name(String channel, long generation);
    }

    /** The range of valid generations. */
    private record Window(long oldest, long current) {}

    Epochs(Naming naming) {
        this.naming = naming;
    }

    /** Returns a generator with a random secret of its own. */
    static Epochs keyed() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        Mac keyed = mac(secret);
        return new Epochs((channel, generation) -> hash(keyed, channel, generation));
    }

    private static Mac mac(byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }

    private static String hash(Mac keyed, String channel, long generation) {
        try {
            Mac mac = (Mac) keyed.clone();
            mac.update(ByteBuffer.allocate(Long.BYTES).putLong(generation).flip());
            byte[] whole = mac.doFinal(channel.getBytes(StandardCharsets.UTF_8));
            byte[] some = new byte[BYTES];
            System.arraycopy(whole, 0, some, 0, BYTES);
            return Base64.getUrlEncoder().encodeToString(some);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("every Java runtime can copy an HmacSHA256", e);
        }
    }

    /** The generation in which a new channel begins its life now. */
    long current() {
        return Objects.requireNonNull(window.get()).current();
    }

    String of(String channel, long generation) {
        return naming.name(channel, generation);
    }

    /**
     * Whether a position is the start of the channel in one of the valid generations up to {@code upTo}. Without an
     * epoch, any position with offset 0 is.
     *
     * @param upTo the generation in which the channel's life began, or the current one for an unknown channel
     */
    boolean startsAt(StreamPosition position, String channel, long upTo) {
        if (position.offset() != 0 || position.epoch().isEmpty()) {
            return position.offset() == 0;
        }
        for (long generation = upTo;
                generation >= Objects.requireNonNull(window.get()).oldest();
                generation--) {
            if (of(channel, generation).equals(position.epoch())) {
                return true;
            }
        }
        return false;
    }

    /** Invalidates a generation and all before it. Call it before a published channel of that generation is removed. */
    void giveUp(long generation) {
        window.updateAndGet(
                w -> generation < w.oldest() ? w : new Window(generation + 1, Math.max(w.current(), generation + 1)));
    }

    /** Begins the next generation. A channel that is forgotten later then invalidates fewer start positions. */
    void next() {
        window.updateAndGet(w -> new Window(Math.max(w.oldest(), w.current() + 2 - MAX_GENERATIONS), w.current() + 1));
    }
}
