package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.util.Optional;

/**
 * One publication to be kept.
 *
 * @param key a second append to the channel with the same key is none, within the window of whoever gives keys
 */
public record Append(Channel channel, Payload payload, Optional<String> key) {}
