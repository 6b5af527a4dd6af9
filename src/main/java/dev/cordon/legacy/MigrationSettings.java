package dev.cordon.legacy;

import dev.cordon.protocol.UserId;

/**
 * The settings of a migration. Both may change while the node runs.
 *
 * @param share {@code cordon.migration.share}: per cent of the users who are served by the factory, 0 to 100
 * @param shadow {@code cordon.migration.shadow}: whether connections that the singleton serves from now on are compared
 */
public record MigrationSettings(int share, boolean shadow) {
    /** Everybody is served by the singleton, and nothing is compared. */
    public static final MigrationSettings DEFAULTS = new MigrationSettings(0, false);

    /** @throws IllegalArgumentException if the share is not 0 to 100 */
    public MigrationSettings {
        if (share < 0 || share > Cohort.COUNT) {
            throw new IllegalArgumentException("cordon.migration.share is " + share + " but must be 0 to 100");
        }
    }

    /** Whether the factory serves the user. */
    boolean moved(UserId user) {
        return Cohort.of(user) < share;
    }
}
