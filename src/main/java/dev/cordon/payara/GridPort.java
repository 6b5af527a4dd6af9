package dev.cordon.payara;

import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * The address of Payara's own data grid. The grid runs unless it is switched off, whether anything uses it or not. Its
 * classes are found by name.
 */
final class GridPort {
    private static final String BIND_ANY = "hazelcast.socket.bind.any";

    private GridPort() {}

    /** Returns the address that the grid is bound to: {@code *} for all, empty if there is no grid. */
    @SuppressWarnings("BanJNDI") // a constant name
    static Optional<String> address() {
        try {
            Object grid = new InitialContext().lookup("payara/Hazelcast");
            ClassLoader loader = grid.getClass().getClassLoader();
            Class<?> instance = Class.forName("com.hazelcast.core.HazelcastInstance", false, loader);
            Class<?> cluster = Class.forName("com.hazelcast.cluster.Cluster", false, loader);
            if (!"false".equals(bindsToAny(grid, instance, loader))) {
                return Optional.of("*");
            }
            Class<?> member = Class.forName("com.hazelcast.cluster.Member", false, loader);
            Class<?> address = Class.forName("com.hazelcast.cluster.Address", false, loader);
            Object self = member.getMethod("getAddress")
                    .invoke(cluster.getMethod("getLocalMember")
                            .invoke(instance.getMethod("getCluster").invoke(grid)));
            return Optional.of(String.valueOf(address.getMethod("getHost").invoke(self)));
        } catch (NamingException | ReflectiveOperationException e) {
            return Optional.empty();
        }
    }

    /** What the grid's file says, or else the system property. */
    private static @Nullable String bindsToAny(Object grid, Class<?> instance, ClassLoader loader)
            throws ReflectiveOperationException {
        Object inFile = Class.forName("com.hazelcast.config.Config", false, loader)
                .getMethod("getProperty", String.class)
                .invoke(instance.getMethod("getConfig").invoke(grid), BIND_ANY);
        return inFile instanceof String value ? value : System.getProperty(BIND_ANY);
    }
}
