package dev.cordon.it.hooks;

import dev.cordon.hook.SessionEvent;
import dev.cordon.hook.SessionListener;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Notes who came and who left. */
@ApplicationScoped
public class Journal implements SessionListener {
    private final List<String> entries = new CopyOnWriteArrayList<>();

    @Override
    public void connected(SessionEvent event) {
        note(event, "connected");
    }

    @Override
    public void disconnected(SessionEvent event, Disconnect why) {
        note(event, "disconnected " + why.code());
    }

    @Override
    public void subscribed(SessionEvent event, Channel channel) {
        note(event, "subscribed " + channel.name());
    }

    private void note(SessionEvent event, String what) {
        entries.add(event.client().user() + " " + what);
    }

    String json() {
        return entries.stream().map(entry -> "\"" + entry + "\"").collect(Collectors.joining(",", "[", "]"));
    }
}
