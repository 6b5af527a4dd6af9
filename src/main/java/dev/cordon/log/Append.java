package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.json.Utf8;
import java.util.Optional;

/**
 * One publication to be kept.
 *
 * @param key a second append to the channel with the same key is none, within the window of whoever gives keys
 */
public record Append(Channel channel, Payload payload, Optional<String> key) {
    /** @throws IllegalArgumentException if the key has half a surrogate pair: as bytes it would be the same as another */
    public Append {
        if (key.isPresent() && !Utf8.wellFormed(key.get())) {
            throw new IllegalArgumentException("a key with half a surrogate pair");
        }
    }
}
