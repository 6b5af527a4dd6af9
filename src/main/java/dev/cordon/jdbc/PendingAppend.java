package dev.cordon.jdbc;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.protocol.Payload;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One caller's appends, of which all or none are committed.
 *
 * @param channels names of the appends' channels
 * @param bytes payload bytes that the transaction writes
 * @param weight bytes that the payloads take while they wait; the payload of a broadcast counts once
 * @param held set once another session of the database has locked one of the channels; the wait is then no sign of a
 *     lost database
 * @param due end of the wait, as a moment of {@link System#nanoTime}
 */
record PendingAppend(
        List<Append> appends,
        Set<String> channels,
        long bytes,
        long weight,
        AtomicBoolean held,
        long due,
        CompletableFuture<List<Appended>> result) {
    PendingAppend(List<Append> appends, long due) {
        this(
                List.copyOf(appends),
                appends.size() == 1
                        ? Set.of(appends.get(0).channel().name())
                        : appends.stream()
                                .map(append -> append.channel().name())
                                .collect(Collectors.toUnmodifiableSet()),
                appends.stream().mapToLong(append -> append.payload().size()).sum(),
                weight(appends),
                new AtomicBoolean(),
                due,
                new CompletableFuture<>());
    }

    @SuppressWarnings("ReferenceEquality") // what counts is whether it is the same object
    private static long weight(List<Append> appends) {
        long weight = 0;
        @Nullable Payload before = null;
        for (Append append : appends) {
            weight += append.payload() == before ? 0 : append.payload().size();
            before = append.payload();
        }
        return weight;
    }
}
