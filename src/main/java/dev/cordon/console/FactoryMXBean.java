package dev.cordon.console;

/** {@code cordon:type=Factory}, beside the metrics of {@link FactoryBean#METRICS}. */
@Description("The users, managers and connections of this node, and the operations on them.")
public interface FactoryMXBean {
    @Description("Whether the node accepts new connections; false while it stops or drains.")
    boolean isAccepting();

    @Description("Ends all connections of a user with 3503, which tells the client not to reconnect; returns how many.")
    int disconnectUser(@Description("the user: the claim sub of its token") String user);

    @Description("Ends all connections of a user with 3011, which tells the client to reconnect; returns how many.")
    int reconnectUser(@Description("the user: the claim sub of its token") String user);

    @Description(
            "Accepts no new connections and closes all present ones with 3001, spread over cordon.drain-period. Only a restart undoes it.")
    void drain();

    @Description("Runs the cleanup now and returns one line for each sweep: its name, found, removed, milliseconds.")
    String[] runCleanup();
}
