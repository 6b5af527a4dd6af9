package com.example.board.before;

/** The application's own code: a board of tasks. Each user's pages hear what concerns the user. */
public class Board {
    public void assigned(int task, String worker) {
        Sockets.getInstance().sendToUser(worker, "{\"assigned\":" + task + "}");
    }

    public void done(int task, String by) {
        Sockets.getInstance().broadcastExcept("{\"done\":" + task + "}", by);
    }

    public boolean online(String worker) {
        return !Sockets.getInstance().connections(worker).isEmpty();
    }
}
