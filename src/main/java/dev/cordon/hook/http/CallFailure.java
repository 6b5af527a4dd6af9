package dev.cordon.hook.http;

/** Why a call of the back end had no answer that can be used. A closed set: the label of a metric. */
public enum CallFailure {
    /** No complete answer by the deadline. */
    TIMEOUT,
    /** Nobody listens at the address, or its name is unknown. */
    UNREACHABLE,
    /** The back end's certificate is not valid, not trusted, or is for another name. */
    CERTIFICATE,
    /** The connection broke before the answer was complete. */
    BROKEN,
    /** An answer with a status other than 200. */
    STATUS,
    /** An answer that points to another address. */
    REDIRECT,
    /** An answer longer than 64 KiB. */
    TOO_LONG,
    /** An answer that is not the JSON of the contract. */
    MALFORMED,
    /** Not called, because calls have failed a moment ago. */
    PAUSED
}
