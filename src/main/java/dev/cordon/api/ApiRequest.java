package dev.cordon.api;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;

/**
 * An HTTP request to the server API, from the container or from the direct way in front of it.
 *
 * @param method last part of the path
 * @param contentLength value of Content-Length; negative if the header is absent
 * @param errorMode header {@value ErrorMode#HEADER}
 * @param body body; the container's way reads it only for authenticated callers, and only up to its bound
 */
record ApiRequest(
        String method,
        Optional<String> apiKey,
        Optional<String> authorization,
        Optional<String> contentType,
        long contentLength,
        Optional<String> errorMode,
        InputStream body) {
    ApiRequest(
            String method,
            Optional<String> apiKey,
            Optional<String> authorization,
            Optional<String> contentType,
            long contentLength,
            InputStream body) {
        this(method, apiKey, authorization, contentType, contentLength, Optional.empty(), body);
    }

    /** Returns the same request with a body. */
    ApiRequest with(byte[] received) {
        return new ApiRequest(
                method,
                apiKey,
                authorization,
                contentType,
                contentLength,
                errorMode,
                new ByteArrayInputStream(received));
    }
}
