package dev.cordon.endpoint;

/**
 * One HTTP listener of the server.
 *
 * @param name in the server's configuration
 * @param address bound to, as configured; {@code 0.0.0.0} for all
 * @param secure whether it speaks TLS
 */
public record Listener(String name, String address, int port, boolean secure) {
    /** Whether only this machine reaches it. */
    public boolean loopback() {
        return address.startsWith("127.") || address.equals("localhost") || address.equals("::1");
    }

    /** Where this machine reaches it. */
    public String reachedAt() {
        return (secure ? "https://" : "http://") + (everywhere() ? "127.0.0.1" : address) + ":" + port;
    }

    /** Whether it is bound to all addresses. */
    public boolean everywhere() {
        return address.equals("0.0.0.0") || address.equals("::") || address.isEmpty();
    }
}
