package dev.cordon.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** A server that takes any answer at once and hides its connections. */
public final class NeverWaiting implements ServerLayer {
    @Override
    public int writtenAtOnce() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Optional<Runnable> cutter(HttpServletRequest request) {
        return Optional.empty();
    }
}
