package dev.cordon.api;

import dev.cordon.log.Append;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.publish.PublishReceipt;
import dev.cordon.publish.Publisher;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The publishes of one request, and the limit for histories and lists in its answer. A connection gets all messages of the
 * request in one write, or in several if they would overflow the queue of a healthy connection. Confined to the
 * request's thread.
 */
final class PublishBatch implements AutoCloseable {
    /** Most payload bytes before the next write. */
    static final int MAX_HELD_BYTES = 64 * 1024;

    /** Most messages before the next write. */
    static final int MAX_HELD_MESSAGES = 128;

    /** Most bytes of histories and lists in one answer. A single one may be larger. */
    static final int MAX_TOLD_BYTES = 8 * 1024 * 1024;

    /** Most bytes of JSON around a message or a name of an answer. */
    static final int ENVELOPE_BYTES = 40;

    private static final System.Logger LOG = System.getLogger(PublishBatch.class.getName());

    private final Publisher publisher;
    private final WriteBatch writes = new WriteBatch();
    private int heldBytes;
    private int heldMessages;
    private long toldBytes;
    private int reached;
    private boolean failed;

    PublishBatch(Publisher publisher) {
        this.publisher = publisher;
    }

    /** @throws RejectedException if the log did not store the message */
    PublishReceipt publish(Channel channel, Payload data, Optional<String> key) {
        PublishReceipt receipt = append(channel, data, key);
        heldBytes += data.size();
        heldMessages++;
        if (heldBytes >= MAX_HELD_BYTES || heldMessages >= MAX_HELD_MESSAGES) {
            close();
        }
        return receipt;
    }

    static RejectedException unavailable(LogUnavailableException why) {
        return new RejectedException(
                Rejected.LOG_UNAVAILABLE, "the log is not available: try again (" + why.getMessage() + ")");
    }

    /**
     * Reserves room in the answer for a history or a list.
     *
     * @throws RejectedException if it does not fit beside the earlier ones
     */
    void tells(long bytes) {
        if (bytes > 0 && toldBytes > 0 && toldBytes + bytes > MAX_TOLD_BYTES) {
            throw tooMuchToTell();
        }
        toldBytes += bytes;
    }

    /**
     * Checks for room before a history or a list is read: reading costs as much as answering.
     *
     * @throws RejectedException if the answer has no room for another one
     */
    void checkRoomToTell() {
        if (toldBytes >= MAX_TOLD_BYTES) {
            throw tooMuchToTell();
        }
    }

    /** Like {@link #tells(long)}, for a list of names. */
    void tells(Stream<String> names) {
        tells(names.mapToLong(name -> ENVELOPE_BYTES + JsonWriter.size(name)).sum());
    }

    /**
     * Reserves the users that a broadcast to a group reaches.
     *
     * @throws RejectedException if these are too many beside those of earlier broadcasts
     */
    void reaches(int users) {
        if (reached > 0 && reached + users > GroupBroadcast.MAX_REACHED) {
            throw new RejectedException(
                    Rejected.TOO_LARGE,
                    "the broadcasts to groups of one request reach more than " + GroupBroadcast.MAX_REACHED
                            + " users together: send this one in another request");
        }
        reached += users;
    }

    private static RejectedException tooMuchToTell() {
        return new RejectedException(
                Rejected.TOO_LARGE,
                "the histories and lists of one request have more than " + MAX_TOLD_BYTES
                        + " bytes together: ask for this one in another request");
    }

    /** Returns the best count of publishes for one {@link #publishAll}; 1 if the log gains nothing from more. */
    int together() {
        return publisher.batch();
    }

    /**
     * Publishes to several channels, all or none.
     *
     * @throws RejectedException if the log did not store the messages
     */
    List<PublishReceipt> publishAll(List<Append> appends) {
        List<PublishReceipt> receipts = appendAll(appends);
        close();
        return receipts;
    }

    /**
     * Hands one publish to the log, which delivers it when it is stored. The supplier waits for that, and throws {@link
     * RejectedException} if the log did not store the message.
     */
    Supplier<PublishReceipt> begin(Append append) {
        CompletableFuture<List<PublishReceipt>> receipts =
                publisher.publishAllLater(List.of(append)).toCompletableFuture();
        return () -> {
            try {
                return receipts.join().get(0);
            } catch (CompletionException e) {
                throw notStored(Publisher.cause(e));
            }
        };
    }

    private List<PublishReceipt> appendAll(List<Append> appends) {
        try {
            return publisher.publishAll(appends, writes);
        } catch (LogUnavailableException e) {
            throw unavailable(e);
        }
    }

    private PublishReceipt append(Channel channel, Payload data, Optional<String> key) {
        try {
            return publisher.publish(channel, data, key, writes);
        } catch (RuntimeException e) {
            throw notStored(e);
        }
    }

    private RejectedException notStored(RuntimeException why) {
        if (why instanceof LogUnavailableException e) {
            return unavailable(e);
        }
        if (!failed) {
            failed = true;
            LOG.log(Level.ERROR, "A message was not stored; its publisher got an error and may try again", why);
        }
        return new RejectedException(Rejected.TEMPORARY, "the message was not stored: try again");
    }

    /** Writes all messages held back so far. More publishes may follow. */
    @Override
    public void close() {
        heldBytes = 0;
        heldMessages = 0;
        writes.close();
    }
}
