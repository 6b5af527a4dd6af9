package dev.cordon.siege;

import java.net.InetAddress;
import java.time.Duration;

/**
 * Users who connect and stay, from many addresses.
 *
 * @param count more than the node takes
 */
record Crowd(int count) implements Attack {
    private static final int EACH_ADDRESS = 300;

    @Override
    public String name() {
        return "a crowd";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) {
        Attack.hold(
                count,
                number -> Line.connected(
                        node.port(),
                        Line.loopback(100 + number / EACH_ADDRESS % 100),
                        node.token("crowd-" + number / 4)),
                Duration.ofSeconds(1));
    }
}
