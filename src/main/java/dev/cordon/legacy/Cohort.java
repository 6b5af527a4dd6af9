package dev.cordon.legacy;

import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;

/**
 * The cohort of a user: a number from 0 to 99 that depends on the user's id alone. It is the same on each node and
 * after each restart, so that a larger share only adds users, and a smaller one takes the last ones back.
 */
final class Cohort {
    /** Number of cohorts. */
    static final int COUNT = 100;

    private Cohort() {}

    static int of(UserId user) {
        long hash = 0xcbf29ce484222325L;
        for (byte each : user.value().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
        }
        // Ids that differ in their last digit only must not lie in neighbouring cohorts.
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return (int) Long.remainderUnsigned(hash ^ (hash >>> 33), COUNT);
    }
}
