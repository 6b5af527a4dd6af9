package dev.cordon.client;

/**
 * Asks for the connections of a user, in a cluster on all nodes.
 *
 * @param user the user
 */
public record Connections(String user) implements Command<ConnectionsResult> {
    @Override
    public boolean repeatable() {
        return true;
    }

    /** Does not show the user. */
    @Override
    public String toString() {
        return "Connections";
    }
}
