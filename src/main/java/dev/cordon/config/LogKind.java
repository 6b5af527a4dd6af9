package dev.cordon.config;

/** {@code cordon.log}: where publications are kept. */
enum LogKind {
    /** In the heap of the node. */
    MEMORY,
    /** In a database: PostgreSQL, or H2 on one machine. */
    JDBC,
    /** In the heaps of the nodes, on Payara's data grid. */
    GRID
}
