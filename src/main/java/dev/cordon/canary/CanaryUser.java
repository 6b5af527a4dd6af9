package dev.cordon.canary;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.UserId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One synthetic user: its connection, the time of the next attempt, and the messages that it waits for. Confined to the canary's thread. */
final class CanaryUser {
    private static final String TO = "\"to\":\"";
    private static final String NUMBER = "\",\"n\":";

    final UserId id;
    final Channel channel;

    @Nullable
    CanaryClient client;

    boolean connected;
    long tryAt;
    int failures;
    /** The messages under way: time of publish by number. */
    private final Map<Long, Long> underWay = new LinkedHashMap<>();

    private long number;

    CanaryUser(String name, long now) {
        this.id = new UserId(name);
        this.channel = Channel.personal(id);
        this.tryAt = now;
    }

    /** Makes the next message and waits for it. */
    String next(long now, String filling) {
        number++;
        underWay.put(number, now);
        return "{" + TO + id.value() + NUMBER + number + filling + "}";
    }

    /** The number in a push for this user; empty for a push of another user. */
    Optional<Long> numberOf(String push) {
        String mine = TO + id.value() + NUMBER;
        int at = push.indexOf(mine);
        if (at < 0) {
            return Optional.empty();
        }
        int from = at + mine.length();
        int to = from;
        while (to < push.length() && Character.isDigit(push.charAt(to))) {
            to++;
        }
        return from == to ? Optional.empty() : Optional.of(Long.parseLong(push, from, to, 10));
    }

    /** The time of publish of an arrived message; empty if another message was expected next. */
    OptionalLong arrived(long of) {
        Map.Entry<Long, Long> first =
                underWay.isEmpty() ? null : underWay.entrySet().iterator().next();
        if (first == null || first.getKey() != of) {
            underWay.remove(of);
            return OptionalLong.empty();
        }
        underWay.remove(of);
        return OptionalLong.of(first.getValue());
    }

    /** Forgets messages that were published before a time, and returns their number. */
    int overdue(long before) {
        int all = underWay.size();
        underWay.values().removeIf(published -> published - before < 0);
        return all - underWay.size();
    }

    boolean waits() {
        return !underWay.isEmpty();
    }

    void forgetAll() {
        underWay.clear();
    }
}
