package dev.cordon.api;

import dev.cordon.protocol.ErrorCode;

/** The reasons to reject a request or a command, each with the error code of the body and the HTTP status. */
public enum Rejected {
    UNAUTHORIZED(ErrorCode.UNAUTHORIZED, 401),
    TOKEN_EXPIRED(ErrorCode.TOKEN_EXPIRED, 401),
    FORBIDDEN(ErrorCode.PERMISSION_DENIED, 403),
    UNKNOWN_METHOD(ErrorCode.METHOD_NOT_FOUND, 404),
    WRONG_VERB(ErrorCode.BAD_REQUEST, 405),
    MEDIA_TYPE(ErrorCode.BAD_REQUEST, 415),
    BAD_REQUEST(ErrorCode.BAD_REQUEST, 400),
    TOO_LARGE(ErrorCode.LIMIT_EXCEEDED, 413),
    UNKNOWN_GROUP(ErrorCode.UNKNOWN_CHANNEL, 400),
    POSITION_GONE(ErrorCode.UNRECOVERABLE_POSITION, 416),
    LOG_UNAVAILABLE(ErrorCode.UNAVAILABLE, 503),
    NODE_SILENT(ErrorCode.UNAVAILABLE, 503),
    TEMPORARY(ErrorCode.INTERNAL, 503),
    FAILED(ErrorCode.INTERNAL, 500);

    private final ErrorCode code;
    private final int status;

    Rejected(ErrorCode code, int status) {
        this.code = code;
        this.status = status;
    }

    ErrorCode code() {
        return code;
    }

    int status() {
        return status;
    }
}
