package dev.cordon.gateway;

/**
 * The rejection of a handshake.
 *
 * @param reason the reason under which it is counted
 * @param status the HTTP status
 * @param message one line for the client
 * @param detail for the log only, after the message: of any rejection, a page learns only the close code 1006
 */
public record HandshakeRejection(SocketCounters.Rejected reason, int status, String message, String detail) {}
