package dev.cordon.jdbc;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.Retention;
import dev.cordon.protocol.Publication;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Appends to any number of channels in one round trip, by the schema's function {@code cordon_append} (ADR 0017), or
 * {@code cordon_append_one} for a single publication, which costs the database less. The call is a transaction of its
 * own. Confined to one thread.
 */
final class PostgresAppend {
    private static final String CALL =
            "SELECT place, id, seq, epoch, state FROM cordon_append(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String CALL_ONE =
            "SELECT place, id, seq, epoch, state FROM cordon_append_one(?, ?, ?, ?, ?, ?, ?, ?)";
    private static final int NEW = 0;
    private static final int REPEATED = 1;
    private static final int HELD = 2;

    private final List<Append> appends;
    private final List<String> names;
    private final Appended[] appended;
    private final Set<Long> channels = new HashSet<>();
    private final Set<String> held = new HashSet<>();
    private PublicationRemoval.Removed evicted = PublicationRemoval.Removed.NOTHING;
    private long bytes;

    private PostgresAppend(List<Append> appends, List<String> names) {
        this.appends = appends;
        this.names = names;
        this.appended = new Appended[appends.size()];
    }

    /** @param patiently whether to wait for channels that other transactions have locked */
    static AppendTransaction.Outcome run(
            Connection connection,
            List<Append> appends,
            boolean patiently,
            Retention retention,
            long now,
            Duration keyWindow)
            throws SQLException {
        long keysSince = now - keyWindow.toMillis();
        return appends.size() == 1 && !patiently
                ? one(connection, appends, retention, now, keysSince)
                : any(connection, appends, patiently, retention, now, keysSince);
    }

    private static AppendTransaction.Outcome one(
            Connection connection, List<Append> appends, Retention retention, long now, long keysSince)
            throws SQLException {
        Append append = appends.get(0);
        PostgresAppend run =
                new PostgresAppend(appends, List.of(append.channel().name()));
        try (PreparedStatement call = connection.prepareStatement(CALL_ONE)) {
            call.setLong(1, now);
            call.setLong(2, keysSince);
            call.setLong(3, retention.maxPublications());
            call.setLong(4, retention.maxBytes());
            call.setString(5, append.channel().name());
            call.setString(6, append.channel().owner().value());
            call.setBytes(7, append.payload().toByteArray());
            call.setString(8, append.key().map(IdempotencyKeys::digest).orElse(null));
            run.readAll(call);
        }
        return run.outcome();
    }

    private static AppendTransaction.Outcome any(
            Connection connection,
            List<Append> appends,
            boolean patiently,
            Retention retention,
            long now,
            long keysSince)
            throws SQLException {
        TreeMap<String, Integer> places = new TreeMap<>();
        appends.forEach(append -> places.put(append.channel().name(), 0));
        List<String> names = List.copyOf(places.keySet());
        for (int i = 0; i < names.size(); i++) {
            places.put(names.get(i), i + 1);
        }
        String[] owners = new String[names.size()];
        Integer[] at = new Integer[appends.size()];
        byte[][] payloads = new byte[appends.size()][];
        String[] keys = new String[appends.size()];
        for (int i = 0; i < at.length; i++) {
            Append append = appends.get(i);
            at[i] = places.get(append.channel().name());
            owners[at[i] - 1] = append.channel().owner().value();
            payloads[i] = append.payload().toByteArray();
            keys[i] = append.key().map(IdempotencyKeys::digest).orElse(null);
        }
        PostgresAppend run = new PostgresAppend(appends, names);
        try (PreparedStatement call = connection.prepareStatement(CALL)) {
            call.setBoolean(1, patiently);
            call.setLong(2, now);
            call.setLong(3, keysSince);
            call.setLong(4, retention.maxPublications());
            call.setLong(5, retention.maxBytes());
            call.setArray(6, connection.createArrayOf("text", names.toArray()));
            call.setArray(7, connection.createArrayOf("text", owners));
            call.setArray(8, connection.createArrayOf("int4", at));
            call.setArray(9, connection.createArrayOf("bytea", payloads));
            call.setArray(10, connection.createArrayOf("text", keys));
            run.readAll(call);
        }
        return run.outcome();
    }

    private void readAll(PreparedStatement call) throws SQLException {
        try (ResultSet row = call.executeQuery()) {
            while (row.next()) {
                read(row);
            }
        }
    }

    private void read(ResultSet row) throws SQLException {
        int place = row.getInt(1);
        switch (row.getInt(5)) {
            case NEW -> {
                bytes += appends.get(place - 1).payload().size();
                appended(place - 1, row, false);
            }
            case REPEATED -> appended(place - 1, row, true);
            case HELD -> held.add(names.get(place - 1));
            default -> evicted = new PublicationRemoval.Removed(row.getLong(2), row.getLong(3));
        }
    }

    private void appended(int index, ResultSet row, boolean repeated) throws SQLException {
        Append append = appends.get(index);
        channels.add(row.getLong(2));
        appended[index] = new Appended(
                new Publication(append.channel(), row.getLong(3), append.payload()), row.getString(4), repeated);
    }

    private AppendTransaction.Outcome outcome() throws SQLException {
        if (!held.isEmpty()) {
            return new AppendTransaction.Outcome(List.of(), PublicationRemoval.Removed.NOTHING, 0, List.of(), held);
        }
        List<Appended> all = new ArrayList<>(appended.length);
        Collections.addAll(all, appended);
        if (all.contains(null)) {
            throw new SQLException("the database answered fewer appends than it received");
        }
        return new AppendTransaction.Outcome(List.copyOf(all), evicted, bytes, List.copyOf(channels), held);
    }
}
