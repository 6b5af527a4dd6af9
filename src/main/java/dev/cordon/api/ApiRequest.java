package dev.cordon.api;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;

/**
 * One HTTP request, as the container gives it or as it came past it.
 *
 * @param method the last part of the path
 * @param contentLength as announced; negative when it is not
 * @param errorMode header {@value ErrorMode#HEADER}
 * @param body where it comes through the container, read only once the caller is known, and no further than its bound
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

    /** The same with its body. */
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
