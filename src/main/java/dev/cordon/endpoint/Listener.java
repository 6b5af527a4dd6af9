package dev.cordon.endpoint;

/**
 * One HTTP listener of the server.
 *
 * @param name its name in the server's configuration
 * @param address the address to which it is bound, as configured; {@code 0.0.0.0} for all
 * @param secure whether it speaks TLS
 */
public record Listener(String name, String address, int port, boolean secure) {
    /** Whether only this machine can reach the listener. */
    public boolean loopback() {
        return address.startsWith("127.") || address.equals("localhost") || address.equals("::1");
    }

    /** The URL under which this machine reaches the listener. */
    public String reachedAt() {
        return (secure ? "https://" : "http://") + (everywhere() ? "127.0.0.1" : address) + ":" + port;
    }

    /** Whether the listener is bound to all addresses. */
    public boolean everywhere() {
        return address.equals("0.0.0.0") || address.equals("::") || address.isEmpty();
    }
}
