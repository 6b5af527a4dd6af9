package dev.cordon.api;

import dev.cordon.log.Append;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.publish.PublishReceipt;
import dev.cordon.publish.Publisher;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/**
 * The publishes of one request, and the room for histories in its answer. What the publishes gave to a connection leaves in one write: at
 * the end, or before it is so much that a healthy connection's queue would overflow. Confined to the request's thread.
 */
final class PublishBatch implements AutoCloseable {
    /** Payload bytes that are held back at most. */
    static final int MAX_HELD_BYTES = 64 * 1024;

    /** Messages that are held back at most. */
    static final int MAX_HELD_MESSAGES = 128;

    /** Bytes of histories that the answer holds at most, but for a single history. */
    static final int MAX_TOLD_BYTES = 8 * 1024 * 1024;

    private static final System.Logger LOG = System.getLogger(PublishBatch.class.getName());

    private final Publisher publisher;
    private final WriteBatch writes = new WriteBatch();
    private int heldBytes;
    private int heldMessages;
    private long toldBytes;
    private boolean failed;

    PublishBatch(Publisher publisher) {
        this.publisher = publisher;
    }

    /** @throws RefusedException if the log did not take it */
    PublishReceipt publish(Channel channel, Payload data, Optional<String> key) {
        PublishReceipt receipt = append(channel, data, key);
        heldBytes += data.size();
        heldMessages++;
        if (heldBytes >= MAX_HELD_BYTES || heldMessages >= MAX_HELD_MESSAGES) {
            close();
        }
        return receipt;
    }

    static RefusedException unavailable(LogUnavailableException why) {
        return new RefusedException(
                Refused.LOG_UNAVAILABLE, "the log is not available: try again (" + why.getMessage() + ")");
    }

    /**
     * A history of so many bytes is to stand in the answer.
     *
     * @throws RefusedException if there is no room for it beside those before it
     */
    void tells(long bytes) {
        if (bytes > 0 && toldBytes > 0 && toldBytes + bytes > MAX_TOLD_BYTES) {
            throw tooMuchToTell();
        }
        toldBytes += bytes;
    }

    /**
     * Asked before a history is read, which costs as much as telling it.
     *
     * @throws RefusedException if there is no room for any
     */
    void checkRoomToTell() {
        if (toldBytes >= MAX_TOLD_BYTES) {
            throw tooMuchToTell();
        }
    }

    private static RefusedException tooMuchToTell() {
        return new RefusedException(
                Refused.TOO_LARGE,
                "the histories of one request have more than " + MAX_TOLD_BYTES
                        + " bytes together: ask for this one in another request");
    }

    /** How many publishes go together; 1 where nothing is gained by it. */
    int together() {
        return publisher.batch();
    }

    /**
     * Publishes to several channels, all or none.
     *
     * @throws RefusedException if the log did not take them
     */
    List<PublishReceipt> publishAll(List<Append> appends) {
        List<PublishReceipt> receipts = appendAll(appends);
        close();
        return receipts;
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
        } catch (LogUnavailableException e) {
            throw unavailable(e);
        } catch (RuntimeException e) {
            if (!failed) {
                failed = true;
                LOG.log(Level.ERROR, "A message was not stored; told so, its publisher may try again", e);
            }
            throw new RefusedException(Refused.TEMPORARY, "the message was not stored: try again");
        }
    }

    /** Writes what was held back; the batch can go on. */
    @Override
    public void close() {
        heldBytes = 0;
        heldMessages = 0;
        writes.close();
    }
}
