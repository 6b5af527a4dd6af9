package dev.cordon.protocol;

/**
 * A stream of one user: {@code #user} (personal) or {@code topic#user}. The owner is part of the name, so that isolation is
 * decided without a lookup. Immutable.
 */
public final class Channel {
    /** The topic of the node's own feed for operators: {@code console#<operator>}. */
    public static final String CONSOLE = "console";

    private static final int MAX_TOPIC = 64;

    /** Says all that the others do: what is compared on a message's walk. */
    private final String name;

    private final String topic;
    private final UserId owner;

    /**
     * @param topic what precedes the first {@code #}: {@code [A-Za-z0-9_.:-]{0,64}}, empty for the personal channel
     * @param owner what follows it, any characters a {@link UserId} may have, {@code #} included
     * @throws IllegalArgumentException if the topic has a character that a topic may not have, or is too long
     */
    public Channel(String topic, UserId owner) {
        this(topic + '#' + owner.value(), topic, owner);
    }

    private Channel(String name, String topic, UserId owner) {
        if (!mayBeTopic(topic)) {
            throw new IllegalArgumentException("topic is not [A-Za-z0-9_.:-]{0,64}");
        }
        this.name = name;
        this.topic = topic;
        this.owner = owner;
    }

    private static boolean mayBeTopic(String topic) {
        for (int i = 0; i < topic.length(); i++) {
            char c = topic.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean other = (c >= '0' && c <= '9') || c == '_' || c == '.' || c == ':' || c == '-';
            if (!letter && !other) {
                return false;
            }
        }
        return topic.length() <= MAX_TOPIC;
    }

    /** The channel that every connection of the user is subscribed to by the server. */
    public static Channel personal(UserId owner) {
        return new Channel("", owner);
    }

    /**
     * Splits a channel's name at its first {@code #}.
     *
     * @throws IllegalArgumentException if there is no {@code #}, or topic or owner break their rules
     */
    public static Channel parse(String name) {
        int hash = name.indexOf('#');
        if (hash < 0) {
            throw new IllegalArgumentException("channel has no owner: it must be #user or topic#user");
        }
        return new Channel(name, hash == 0 ? "" : name.substring(0, hash), new UserId(name.substring(hash + 1)));
    }

    public String topic() {
        return topic;
    }

    public UserId owner() {
        return owner;
    }

    public boolean personal() {
        return topic.isEmpty();
    }

    /** Whether the node alone sends here, to operators alone, and nothing of it is kept. */
    public boolean reserved() {
        return topic.equals(CONSOLE);
    }

    /** The name on the wire. */
    public String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Channel that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
