package dev.cordon.jdbc;

import dev.cordon.protocol.Channel;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** Names that the database gives back. Cordon writes valid ones only, but it is not the only one who can write. */
final class StoredName {
    private static final System.Logger LOG = System.getLogger(StoredName.class.getName());

    private StoredName() {}

    /** The channel of a stored name; empty for a name that is none. */
    static Optional<Channel> channel(String name) {
        try {
            return Optional.of(Channel.parse(name));
        } catch (IllegalArgumentException e) {
            LOG.log(Level.DEBUG, "The log has a channel whose name is none", e);
            return Optional.empty();
        }
    }
}
