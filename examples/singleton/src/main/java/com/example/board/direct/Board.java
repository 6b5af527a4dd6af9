package com.example.board.direct;

import dev.cordon.client.CordonClient;
import java.util.List;

/**
 * The same board without the adapter. The pages connect to {@code /connection/websocket} themselves, so the endpoint is
 * gone, and the board may run on any server.
 */
public class Board {
    private final CordonClient cordon;
    private final Members members;

    /** Who takes part. The singleton knew only who was connected; a message may now wait for who was away. */
    public interface Members {
        List<String> allBut(String user);
    }

    public Board(CordonClient cordon, Members members) {
        this.cordon = cordon;
        this.members = members;
    }

    public void assigned(int task, String worker) {
        cordon.publish("#" + worker, "{\"assigned\":" + task + "}");
    }

    public void done(int task, String by) {
        List<String> channels = members.allBut(by).stream().map(user -> "#" + user).toList();
        cordon.broadcast(channels, "{\"done\":" + task + "}");
    }

    public boolean online(String worker) {
        return !cordon.presence("#" + worker).connections().isEmpty();
    }
}
