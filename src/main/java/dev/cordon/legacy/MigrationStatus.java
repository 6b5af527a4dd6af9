package dev.cordon.legacy;

import java.util.List;

/**
 * How far a migration is.
 *
 * @param settings in force
 * @param report calls so far, by path and by kind
 * @param legacyConnections open connections that the singleton serves
 * @param factoryConnections open connections that the factory serves and the adapter opened
 * @param sites places in the application's code that called, those with the most calls first; at most 200
 * @param unlistedCalls calls of places beyond those
 * @param compared what the shadow comparison has found
 */
public record MigrationStatus(
        MigrationSettings settings,
        MigrationReport report,
        long legacyConnections,
        long factoryConnections,
        List<CallSite> sites,
        long unlistedCalls,
        ShadowComparison.Result compared) {
    public MigrationStatus {
        sites = List.copyOf(sites);
    }
}
