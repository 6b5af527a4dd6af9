package dev.cordon.config;

/** {@code cordon.log}: where publications are kept. */
enum LogKind {
    /** In the heap of the node. */
    MEMORY
}
