package dev.cordon.config;

/** {@code cordon.cluster}: what carries the news between the nodes that share a log. */
enum ClusterKind {
    /** Nothing: the node is alone. */
    OFF,
    /** The log's database, which must be PostgreSQL. */
    DATABASE,
    /** The data grid that Payara brings. The log is in PostgreSQL, or on the grid. */
    GRID
}
