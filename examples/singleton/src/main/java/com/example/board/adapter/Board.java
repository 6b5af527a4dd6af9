package com.example.board.adapter;

import dev.cordon.legacy.MigrationAdapter;

/** The application's own code: a board of tasks. Each user's pages hear what concerns the user. */
public class Board {
    public void assigned(int task, String worker) {
        MigrationAdapter.instance().sendToUser(worker, "{\"assigned\":" + task + "}");
    }

    public void done(int task, String by) {
        MigrationAdapter.instance().broadcastExcept("{\"done\":" + task + "}", by);
    }

    public boolean online(String worker) {
        return !MigrationAdapter.instance().connections(worker).isEmpty();
    }
}
