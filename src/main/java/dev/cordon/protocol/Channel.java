package dev.cordon.protocol;

/**
 * A stream of messages to one user: {@code #user} (personal) or {@code topic#user}. The owner is part of the name, so
 * that the isolation check needs no look-up. Immutable.
 */
public final class Channel {
    /** Topic of the node's feed for operators: {@code console#<operator>}. */
    public static final String CONSOLE = "console";

    private static final int MAX_TOPIC = 64;

    /** Contains topic and owner, so that comparing names compares channels. */
    private final String name;

    private final String topic;
    private final UserId owner;

    /**
     * @param topic part before the first {@code #}: {@code [A-Za-z0-9_.:-]{0,64}}, empty for the personal channel
     * @param owner part behind the first {@code #}, which may contain {@code #} itself
     * @throws IllegalArgumentException if the topic has a forbidden character or more than 64 characters
     */
    public Channel(String topic, UserId owner) {
        this(topic + '#' + owner.value(), topic, owner);
    }

    private Channel(String name, String topic, UserId owner) {
        if (!isTopic(topic)) {
            throw new IllegalArgumentException("topic is not [A-Za-z0-9_.:-]{0,64}");
        }
        this.name = name;
        this.topic = topic;
        this.owner = owner;
    }

    private static boolean isTopic(String topic) {
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

    /** Returns the personal channel. The server subscribes every connection of the user to this channel. */
    public static Channel personal(UserId owner) {
        return new Channel("", owner);
    }

    /**
     * Splits the name of a channel at the first {@code #}.
     *
     * @throws IllegalArgumentException if the name has no {@code #}, or topic or owner break their rules
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

    /**
     * Returns true for the channels that only the node publishes to. Only operators may subscribe, and no log retains
     * messages.
     */
    public boolean reserved() {
        return topic.equals(CONSOLE);
    }

    /** Returns the name on the wire. */
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
