package dev.cordon.grid;

import com.hazelcast.config.Config;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.partition.strategy.StringPartitioningStrategy;
import com.hazelcast.spi.properties.ClusterProperty;
import java.lang.System.Logger.Level;

/** Checks the grid's file at the start: a log on the grid needs what the delivered one has. */
final class GridFile {
    private static final System.Logger LOG = System.getLogger(GridFile.class.getName());
    private static final String DELIVERED = "payara-config/cluster/hazelcast-grid.xml";

    private GridFile() {}

    /** @throws GridSettingException if something is missing without which the log loses what it has stored */
    static void check(Config config) {
        MapConfig map = config.findMapConfig(GridUserLog.PREFIX + "channels");
        require(
                StringPartitioningStrategy.class
                        .getName()
                        .equals(config.getProperty(ClusterProperty.PARTITIONING_STRATEGY_CLASS.getName())),
                ClusterProperty.PARTITIONING_STRATEGY_CLASS.getName());
        require(
                Boolean.parseBoolean(
                        config.getProperty(ClusterProperty.FAIL_ON_INDETERMINATE_OPERATION_STATE.getName())),
                ClusterProperty.FAIL_ON_INDETERMINATE_OPERATION_STATE.getName());
        require(map.getBackupCount() >= 1, "a backup-count of the maps " + GridUserLog.PREFIX + "*");
        String quorum = map.getSplitBrainProtectionName();
        require(quorum != null, "split-brain-protection-ref of the maps " + GridUserLog.PREFIX + "*");
        SplitBrainProtectionConfig protection = config.getSplitBrainProtectionConfig(String.valueOf(quorum));
        if (!protection.isEnabled()) {
            LOG.log(
                    Level.WARNING,
                    "UNSAFE: the log on the grid has no quorum: in a split both parts store, and one part''s messages are"
                            + " lost when it heals (docs/scaling.md)");
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new GridSettingException("cordon.log=grid needs " + what + " in the grid's file: start Payara Micro"
                    + " with --hzconfigfile " + DELIVERED + ", or take it over from there");
        }
    }
}
