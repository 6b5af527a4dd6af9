package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.json.Utf8;
import java.util.Optional;

/**
 * One publication to append.
 *
 * @param key idempotency key: a second append to the channel with the same key, within the key window, appends nothing
 */
public record Append(Channel channel, Payload payload, Optional<String> key) {
    /** @throws IllegalArgumentException if the key has half a surrogate pair: its bytes would equal another key's */
    public Append {
        if (key.isPresent() && !Utf8.wellFormed(key.get())) {
            throw new IllegalArgumentException("a key with half a surrogate pair");
        }
    }
}
