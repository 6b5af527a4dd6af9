package dev.cordon.hook;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import java.util.Optional;

/**
 * The events of one connection: nothing before it was accepted, nothing after its end, and an end for each beginning.
 * Thread-safe; no method blocks or calls the application.
 */
public final class ConnectionEvents {
    private enum State {
        NEW,
        CONNECTED,
        ENDED
    }

    private final HookDispatcher hooks;
    private final HookClient client;
    private State state = State.NEW;

    ConnectionEvents(HookDispatcher hooks, HookClient client) {
        this.hooks = hooks;
        this.client = client;
    }

    /** The client has been accepted. */
    public synchronized void connected() {
        if (state == State.NEW) {
            state = State.CONNECTED;
            hooks.tell(SessionEvent.Kind.CONNECTED, client, Optional.empty(), Optional.empty());
        }
    }

    /** The connection has ended. */
    synchronized void ended(Disconnect why) {
        if (state == State.CONNECTED) {
            hooks.tell(SessionEvent.Kind.DISCONNECTED, client, Optional.empty(), Optional.of(why));
        }
        state = State.ENDED;
    }

    /** Something has happened to a channel of the connection. */
    public synchronized void happened(SessionEvent.Kind kind, Channel channel) {
        if (state == State.CONNECTED) {
            hooks.tell(kind, client, Optional.of(channel), Optional.empty());
        }
    }
}
