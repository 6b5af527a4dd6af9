package dev.cordon.grid;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Records as this node has last written them, so that an append asks the grid half as often. They may be old: a change
 * that is made of an old one fails, because it replaces that record only. Such a failure costs more than asking does, so
 * a record is given out only where the node's last two writes followed each other. Thread-safe.
 */
final class RecentRecords {
    private final Map<String, Recent> records;

    /** @param most the number of records; that which was used longest ago goes first */
    RecentRecords(int most) {
        this.records = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Recent> eldest) {
                return size() > most;
            }
        };
    }

    /**
     * @param mark the confirmation beside the record
     * @param alone whether nobody else had written between this node's last two writes
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody changes them
    record Recent(byte[] record, byte @Nullable [] mark, boolean alone) {}

    /** Empty if the record is not known, or others write it too. */
    synchronized Optional<Recent> get(String name) {
        return Optional.ofNullable(records.get(name)).filter(Recent::alone);
    }

    /**
     * Notes what this node has written.
     *
     * @param replaced the record before; null if there was none
     */
    synchronized void wrote(String name, byte @Nullable [] replaced, byte[] record, byte @Nullable [] mark) {
        Recent last = records.get(name);
        boolean alone = replaced == null || (last != null && Arrays.equals(last.record(), replaced));
        records.put(name, new Recent(record, mark, alone));
    }

    synchronized void forget(String name) {
        records.remove(name);
    }
}
