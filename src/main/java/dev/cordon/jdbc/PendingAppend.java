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
 * One caller's appends, kept all or none.
 *
 * @param channels names of their channels
 * @param bytes of payload that the transaction writes
 * @param weight bytes that the payloads take while they wait: the payload of a broadcast once
 * @param held set once another session of the database held one of the channels: that it waits is no sign of a lost database
 * @param due moment of {@link System#nanoTime} until which it waits
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
