package dev.cordon.payara.http;

/** Thrown when a request violates HTTP, which ends the reading of the request. */
final class HttpFaultException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient HttpFault fault;

    HttpFaultException(int status, String message) {
        super(message, null, false, false);
        this.fault = new HttpFault(status, message);
    }

    static HttpFaultException bad(String message) {
        return new HttpFaultException(400, message);
    }

    HttpFault fault() {
        return fault;
    }
}
