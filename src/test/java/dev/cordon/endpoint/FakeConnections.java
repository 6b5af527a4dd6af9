package dev.cordon.endpoint;

import dev.cordon.auth.FiguresAccess;
import dev.cordon.heap.HeapAccount;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server whose network layer is known, with the same connection below every request, or none. */
public class FakeConnections implements ServerConnections {
    @Nullable
    RawConnection raw;

    public FakeConnections() {}

    FakeConnections(RawConnection raw) {
        this.raw = raw;
    }

    @Override
    public boolean known() {
        return true;
    }

    @Override
    public Optional<RawConnection> under(HttpServletRequest request) {
        return Optional.ofNullable(raw);
    }

    @Override
    public void guard(FiguresAccess access) {}

    @Override
    public int writtenAtOnce() {
        return 0;
    }

    @Override
    public void enter(HeapAccount account) {}

    @Override
    public long halfReceivedBytes() {
        return 0;
    }

    @Override
    public void sweep() {}

    @Override
    public void endDirectRequests() {}

    @Override
    public void end() {}
}
