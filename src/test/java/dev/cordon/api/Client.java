package dev.cordon.api;

import dev.cordon.manager.Connection;
import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The client's end of a connection; each write to it completes at once. */
final class Client implements Transport {
    /** Each write, as its text. */
    final List<String> written = new ArrayList<>();

    final List<Disconnect> closes = new ArrayList<>();

    @Nullable
    Connection of;

    Connection connection() {
        Connection connection = of;
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    String id() {
        return connection().id().value();
    }

    @Override
    public void write(Frame frame, Completion completion) {
        written.add(frame.text());
        completion.written();
    }

    @Override
    public void close(Disconnect disconnect) {
        closes.add(disconnect);
    }

    @Override
    public String remoteAddress() {
        return "192.0.2.1";
    }
}
