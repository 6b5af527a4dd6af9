package dev.cordon.bench.load;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * A server under load.
 *
 * @param pid its process, for processor time and memory
 * @param java whether it has a heap and a collector
 * @param gcLog where it writes {@code -Xlog:gc}
 * @param cordon whether it speaks Cordon's protocol with tokens; otherwise the peers'
 * @param way in which its receivers come in
 */
record Target(
        String name,
        int port,
        long pid,
        boolean java,
        Path gcLog,
        boolean cordon,
        Way way,
        Tokens tokens,
        String apiKey) {
    InetSocketAddress address() {
        return Loop.loopback(1, port);
    }

    /** Whether its receivers offer permessage-deflate. */
    boolean compresses() {
        return name.equals("cordon-deflate");
    }

    String token(String user, boolean publisher) {
        return tokens.issue(user, publisher);
    }

    /** The first command of a connection. */
    byte[] connect(String user, boolean publisher) {
        String body = cordon ? "{\"token\":\"" + token(user, publisher) + "\"}" : "{\"user\":\"" + user + "\"}";
        return Text.bytes("{\"id\":1,\"connect\":" + body + "}");
    }
}
