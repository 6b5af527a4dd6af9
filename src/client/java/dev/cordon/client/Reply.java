package dev.cordon.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one of several: a result or an error. Immutable.
 *
 * @param <R> the result
 */
public final class Reply<R> {
    private final @Nullable R result;
    private final @Nullable CordonException error;

    private Reply(@Nullable R result, @Nullable CordonException error) {
        this.result = result;
        this.error = error;
    }

    static <R> Reply<R> of(R result) {
        return new Reply<>(result, null);
    }

    static <R> Reply<R> failed(CordonException error) {
        return new Reply<>(null, error);
    }

    public boolean succeeded() {
        return error == null;
    }

    /**
     * Returns the result.
     *
     * @throws CordonException if there is none
     */
    public R result() {
        if (result == null) {
            throw error == null ? new IllegalStateException("a reply without result and error") : error;
        }
        return result;
    }

    /** Returns the error; empty if there is a result. */
    public Optional<CordonException> error() {
        return Optional.ofNullable(error);
    }

    @Override
    public String toString() {
        return error == null ? "Reply[" + result + "]" : "Reply[" + error + "]";
    }
}
