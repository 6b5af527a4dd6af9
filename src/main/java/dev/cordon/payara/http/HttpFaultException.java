package dev.cordon.payara.http;

/** Ends the reading of a request. */
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
