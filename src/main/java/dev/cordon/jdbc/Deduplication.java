package dev.cordon.jdbc;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.protocol.Publication;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds the appends of a transaction whose keys came before: in the database, or earlier in the same transaction. */
final class Deduplication {
    private final List<Append> appends;
    private final List<IdempotencyKeys.@Nullable Key> keys;
    private final Map<IdempotencyKeys.Key, IdempotencyKeys.Place> known;
    private final Map<String, ChannelRow> rows;
    private final long since;
    private final Map<IdempotencyKeys.Key, Integer> first = new HashMap<>();
    private final List<Integer> fresh = new ArrayList<>();

    private Deduplication(
            List<Append> appends,
            List<IdempotencyKeys.@Nullable Key> keys,
            Map<IdempotencyKeys.Key, IdempotencyKeys.Place> known,
            Map<String, ChannelRow> rows,
            long since) {
        this.appends = appends;
        this.keys = keys;
        this.known = known;
        this.rows = rows;
        this.since = since;
        for (int i = 0; i < appends.size(); i++) {
            IdempotencyKeys.Key key = keys.get(i);
            if (key == null || (before(key) == null && first.putIfAbsent(key, i) == null)) {
                fresh.add(i);
            }
        }
    }

    /** @param rows locked rows of the appends' channels: no other transaction with the same keys is under way */
    static Deduplication among(Connection connection, List<Append> appends, Map<String, ChannelRow> rows, long since)
            throws SQLException {
        List<IdempotencyKeys.@Nullable Key> keys = new ArrayList<>(appends.size());
        for (Append append : appends) {
            long channel = row(rows, append).id();
            keys.add(append.key()
                    .map(key -> IdempotencyKeys.Key.of(channel, key))
                    .orElse(null));
        }
        List<IdempotencyKeys.Key> present = keys.stream()
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
        return new Deduplication(appends, keys, IdempotencyKeys.find(connection, present), rows, since);
    }

    private static ChannelRow row(Map<String, ChannelRow> rows, Append append) {
        return Objects.requireNonNull(rows.get(append.channel().name()), "the database gave no row for a channel");
    }

    /** The place of the key's publication. Null when there is none, or its window is over. */
    private IdempotencyKeys.@Nullable Place before(IdempotencyKeys.Key key) {
        IdempotencyKeys.Place place = known.get(key);
        return place == null || place.at() <= since ? null : place;
    }

    List<Append> fresh() {
        return fresh.stream().map(appends::get).toList();
    }

    /** @param appended the results of {@link #fresh}, in the same order */
    void remember(Connection connection, List<Appended> appended, long now) throws SQLException {
        Map<IdempotencyKeys.Key, IdempotencyKeys.Place> inserted = new HashMap<>();
        Map<IdempotencyKeys.Key, IdempotencyKeys.Place> replaced = new HashMap<>();
        for (int i = 0; i < fresh.size(); i++) {
            IdempotencyKeys.Key key = keys.get(fresh.get(i));
            if (key != null) {
                IdempotencyKeys.Place place =
                        new IdempotencyKeys.Place(appended.get(i).publication().offset(), now);
                (known.containsKey(key) ? replaced : inserted).put(key, place);
            }
        }
        IdempotencyKeys.insert(connection, inserted);
        IdempotencyKeys.replace(connection, replaced);
    }

    /** @return one result for each append, in the same order */
    List<Appended> merged(List<Appended> appended) {
        Map<Integer, Appended> results = new HashMap<>();
        for (int i = 0; i < fresh.size(); i++) {
            results.put(fresh.get(i), appended.get(i));
        }
        List<Appended> all = new ArrayList<>(appends.size());
        for (int i = 0; i < appends.size(); i++) {
            Appended own = results.get(i);
            all.add(own == null ? repeated(i, results) : own);
        }
        return all;
    }

    private Appended repeated(int index, Map<Integer, Appended> results) {
        Append append = appends.get(index);
        IdempotencyKeys.Key key = Objects.requireNonNull(keys.get(index));
        IdempotencyKeys.Place place = before(key);
        Integer earlier = first.get(key);
        long seq = place != null
                ? place.seq()
                : Objects.requireNonNull(results.get(Objects.requireNonNull(earlier)))
                        .publication()
                        .offset();
        return new Appended(
                new Publication(append.channel(), seq, append.payload()),
                row(rows, append).epoch(),
                true);
    }
}
