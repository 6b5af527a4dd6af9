package dev.cordon.bench.model;

/**
 * Measured figures that the model is fed with, and one that is assumed. All were measured on two virtual cores of an AMD
 * EPYC. docs/performance.md has the commands.
 *
 * @param heapKilobytes live heap of an idle connection ("Beside its peers")
 * @param kernelKilobytes memory of the operating system for an idle socket; assumed
 * @param serverMegabytes what a node needs without connections (docs/operations.md, "Sizing")
 * @param connectMicros CPU of a connect ("Beside its peers")
 * @param pingMicros CPU of a ping and its pong: that of an echo, which does more ("Beside its peers")
 * @param remoteMicros CPU of both nodes for a message from one to a client on the other ("A cluster")
 * @param localMicros CPU of a node for a message that stays on it ("A cluster")
 * @param otherMicros CPU of a node that hears the wakeup of a message and has none of its users ("A cluster")
 * @param publishesPerSecond most publishes a second through two nodes and one PostgreSQL, in batches of 100 ("A cluster")
 * @param commitsPerNode commits a second of a node that is saturated, where a commit waits for the disk ("The log in
 *     PostgreSQL")
 */
record Measured(
        double heapKilobytes,
        double kernelKilobytes,
        double serverMegabytes,
        double connectMicros,
        double pingMicros,
        double remoteMicros,
        double localMicros,
        double otherMicros,
        double publishesPerSecond,
        double commitsPerNode) {
    /** Of 2026-11-30. */
    static final Measured FIGURES = new Measured(4.35, 4, 48, 82.3, 7.18, 340, 19.2, 2.22, 23_295, 473);
}
