package dev.cordon.hook.http;

import dev.cordon.protocol.json.InvalidJsonException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events on the disk, first in first out, in a temporary file that only the server's user may read. The file exists
 * while an event is in it. Confined to its owner's lock.
 */
final class SpilledEvents implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SpilledEvents.class.getName());

    private final Path folder;
    private @Nullable Path path;
    private @Nullable RandomAccessFile file;
    private long readAt;
    private long end;
    private int count;
    private boolean told;

    /** A file in the JVM's temporary folder. */
    SpilledEvents() {
        this(Path.of(System.getProperty("java.io.tmpdir")));
    }

    SpilledEvents(Path folder) {
        this.folder = folder;
    }

    /** Number of events in the file. */
    int count() {
        return count;
    }

    /** Appends an event. Returns false if the disk does not take it. */
    boolean add(StoredEvent event) {
        try {
            RandomAccessFile to = opened();
            to.seek(end);
            to.writeInt(event.json().size());
            to.write(event.json().toByteArray());
            // Only now: what a full disk has taken in part is written over.
            end = to.getFilePointer();
            count++;
            return true;
        } catch (IOException e) {
            tell("Events of disconnects stay in memory: no file for them can be written to the temporary folder", e);
            return false;
        }
    }

    private RandomAccessFile opened() throws IOException {
        RandomAccessFile present = file;
        if (present == null) {
            // Readable by its owner alone, as the JDK makes temporary files.
            path = Files.createTempFile(folder, "cordon-hook-events-", ".bin");
            present = new RandomAccessFile(path.toFile(), "rw");
            file = present;
            readAt = 0;
            end = 0;
        }
        return present;
    }

    /** Removes and returns the oldest events. */
    List<StoredEvent> take(int most) {
        List<StoredEvent> taken = new ArrayList<>();
        RandomAccessFile from = file;
        try {
            while (from != null && count > 0 && taken.size() < most) {
                from.seek(readAt);
                byte[] json = new byte[from.readInt()];
                from.readFully(json);
                taken.add(StoredEvent.read(json));
                readAt = from.getFilePointer();
                count--;
            }
        } catch (IOException | InvalidJsonException e) {
            tell(count + " events of disconnects are lost: their file in the temporary folder cannot be read", e);
            count = 0;
        }
        if (count == 0) {
            close();
        }
        return taken;
    }

    private void tell(String line, Exception cause) {
        if (!told) {
            told = true;
            LOG.log(Level.ERROR, "{0} ({1})", line, cause.getMessage());
        }
    }

    @Override
    public void close() {
        count = 0;
        try {
            if (file != null) {
                file.close();
            }
            if (path != null) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "A file of events was not removed", e);
        }
        file = null;
        path = null;
    }
}
