package dev.cordon.payara.http;

/**
 * What is wrong with a request as HTTP has it, and the status that says so.
 *
 * @param status of the answer, behind which the connection ends
 * @param message one line for the client, without quotes and control characters
 */
public record HttpFault(int status, String message) {}
