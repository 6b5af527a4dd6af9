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
 * Names of the lives of channels (ADR 0016). An epoch is a keyed hash of the channel's name and of the generation in which its life began, so
 * that the epoch of a channel that nobody has published to is known without being kept. A channel that is given up takes its
 * generation and all before with it: its successor has another epoch, and no position from before is good. Thread-safe.
 */
final class Epochs {
    /** Most generations of which a position at the start of a channel is still good. */
    static final int MAX_GENERATIONS = 16;

    /** Bytes of an epoch: 96 bits that nobody can guess, 16 characters. */
    private static final int BYTES = 12;

    private final Naming naming;
    private final AtomicReference<Window> window = new AtomicReference<>(new Window(0, 0));

    /** Names a life; pure. */
    @FunctionalInterface
    interface Naming {
        String name(String channel, long generation);
    }

    /** Generations that are good. */
    private record Window(long oldest, long current) {}

    Epochs(Naming naming) {
        this.naming = naming;
    }

    /** With a secret of its own, drawn once. */
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

    /** The generation in which a life begins now. */
    long current() {
        return Objects.requireNonNull(window.get()).current();
    }

    String of(String channel, long generation) {
        return naming.name(channel, generation);
    }

    /**
     * Whether a position is the start of the life that began, or would begin, in a generation: nothing was published to the channel before it.
     *
     * @param upTo the generation in which the channel's life began, or the current one
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

    /** A channel whose life began in this generation is about to be given up, and had publications. */
    void giveUp(long generation) {
        window.updateAndGet(
                w -> generation < w.oldest() ? w : new Window(generation + 1, Math.max(w.current(), generation + 1)));
    }

    /** Begins the next generation: what is given up later takes less with it. */
    void next() {
        window.updateAndGet(w -> new Window(Math.max(w.oldest(), w.current() + 2 - MAX_GENERATIONS), w.current() + 1));
    }
}
