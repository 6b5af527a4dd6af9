package dev.cordon.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Broadcasts over Cordon's HTTP API to the same users in three ways: to one group of all, to ten groups of a tenth each in
 * turn, and to these tenths with their names spelled out. All touch the same users, so that what differs is the group alone.
 */
final class GroupBroadcast {
    private static final int TENTHS = 10;
    /** Most users of one change of a group, and most channels of one broadcast. */
    private static final int AT_ONCE = 1_000;

    private final Turn turn;
    /** Ten times up to {@link #AT_ONCE}. */
    private final int users;

    private final String data;

    GroupBroadcast(Turn turn) {
        this.turn = turn;
        this.users = turn.crowd().size();
        this.data = ",\"data\":{\"t\":0,\"p\":\"" + "x".repeat(turn.payload()) + "\"}}";
    }

    void toOneGroup() throws IOException {
        add("all", 0, users);
        drive("groups.one", users, List.of(toGroup("all")));
    }

    void toTenGroups() throws IOException {
        List<Text> bodies = new ArrayList<>();
        for (int from = 0; from < users; from += users / TENTHS) {
            add("from-" + from, from, from + users / TENTHS);
            bodies.add(toGroup("from-" + from));
        }
        drive("groups.ten", users / TENTHS, bodies);
    }

    void toNames() throws IOException {
        List<Text> bodies = new ArrayList<>();
        for (int from = 0; from < users; from += users / TENTHS) {
            byte[] channels = turn.channels(from, from + users / TENTHS);
            bodies.add(body("{\"channels\":" + new String(channels, StandardCharsets.UTF_8) + data));
        }
        drive("groups.named", users / TENTHS, bodies);
    }

    private void drive(String name, int users, List<Text> bodies) throws IOException {
        new HttpPublish(turn).drive(name, "/api/broadcast", users, bodies);
    }

    private Text toGroup(String group) {
        return body("{\"group\":\"" + group + "\"" + data);
    }

    /** Does no harm to a group that has these users already. */
    private void add(String group, int from, int to) throws IOException {
        try (HttpLoad load = new HttpLoad(turn.loop(), turn.target(), 1)) {
            for (int first = from; first < to; first += AT_ONCE) {
                List<String> names = new ArrayList<>();
                for (int i = first; i < Math.min(to, first + AT_ONCE); i++) {
                    names.add("\"" + turn.crowd().user(i) + "\"");
                }
                load.check(
                        "/api/group_add",
                        body("{\"group\":\"" + group + "\",\"users\":[" + String.join(",", names) + "]}"));
            }
        }
    }

    private static Text body(String json) {
        return new Text().add(Text.bytes(json));
    }
}
