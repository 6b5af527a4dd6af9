package dev.cordon.socket;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** The server's network layer under Servlet, where it is one that we know. Thread-safe. */
interface Underlay {
    /** The connection that a request came over; empty when it hides. */
    Optional<RawConnection> under(HttpServletRequest request);

    /** One connection of it. */
    interface RawConnection {
        /** Frees the socket at once, with what it still had to write. Idempotent. */
        void cut();
    }
}
