package dev.cordon.gateway;

/**
 * The answer to a handshake that is not accepted.
 *
 * @param reason under which it is counted
 * @param status of HTTP
 * @param message one line for the client
 * @param detail for the log only, behind the message: a page learns nothing of any rejection but the close code 1006
 */
public record HandshakeRejection(SocketCounters.Refused reason, int status, String message, String detail) {}
