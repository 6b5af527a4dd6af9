package dev.cordon.console;

/** {@code cordon:type=Factory}. Accessors are named as JMX wants them. */
@Description("The users, managers and connections of this node, and what may be done to them.")
public interface FactoryMXBean {
    @Description("Users with a connection.")
    long getUsers();

    @Description("Managers alive: sessions with a connection.")
    long getManagers();

    @Description("Sockets open, those without a token included.")
    long getConnections();

    @Description("Sockets that have not presented a token yet.")
    long getOpening();

    @Description("Messages waiting in all outbound queues.")
    long getQueuedMessages();

    @Description("Bytes of them.")
    long getQueuedBytes();

    @Description("Managers made since the start.")
    long getManagersCreated();

    @Description("Managers released since the start.")
    long getManagersReleased();

    @Description("Publications handed to sockets since the start.")
    long getDelivered();

    @Description("Whether new connections are taken in; false while the node stops or drains.")
    boolean isAccepting();

    @Description("Ends all connections of a user with 3503, which tells the client not to come back; returns how many.")
    int disconnectUser(@Description("the user, as the token's sub names it") String user);

    @Description("Ends all connections of a user with 3011, which tells the client to reconnect; returns how many.")
    int reconnectUser(@Description("the user, as the token's sub names it") String user);

    @Description(
            "Takes nothing more in and closes all connections with 3001, paced over cordon.drain-period; only a restart takes it back.")
    void drain();

    @Description("Runs the cleanup now and returns one line for each sweep: its name, found, removed, milliseconds.")
    String[] runCleanup();
}
