package dev.cordon.payara.http;

/**
 * A request's violation of HTTP, and the status that reports it.
 *
 * @param status of the answer, after which the connection is closed
 * @param message one line for the client, without quotes and control characters
 */
public record HttpFault(int status, String message) {}
