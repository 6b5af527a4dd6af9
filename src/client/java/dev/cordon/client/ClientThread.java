package dev.cordon.client;

/** A daemon thread of a client's. Futures complete on it. */
final class ClientThread extends Thread {
    ClientThread(Runnable task, String name) {
        super(task, name);
        setDaemon(true);
    }

    /** Returns true on a thread of any client, where waiting for an answer could wait for itself. */
    static boolean runsHere() {
        return Thread.currentThread() instanceof ClientThread;
    }
}
