package dev.cordon.bench.load;

/** One publisher with a bounded number of unacknowledged publishes: singly, in bursts to a few users, in batches to all. */
final class Saturation {
    private static final int OUTSTANDING = 64;
    private static final int BURST = 64;
    private static final int BURST_USERS = 10;
    private static final int BATCH = 100;

    private final Turn turn;
    private final Crowd crowd;
    private final Publisher publisher;
    private long next;

    Saturation(Turn turn) {
        this.turn = turn;
        this.crowd = turn.crowd();
        this.publisher = turn.publisher();
    }

    /** Targeted delivery, one frame a publish; with the garbage that each leaves in the server if it has a heap. */
    void run() {
        if (!turn.target().java()) {
            drive("saturation", this::single);
            return;
        }
        long delivered = crowd.delivered();
        Allocation allocation = Allocation.start(turn.target(), turn.observed());
        drive("saturation", this::single);
        turn.figures().put("saturation.garbage", allocation.bytes() / (crowd.delivered() - delivered));
    }

    /** The same without the garbage, under another name. */
    void run(String name) {
        drive(name, this::single);
    }

    /** The same without the garbage, each publish in a write of its own. */
    void apart() {
        drive("apart", () -> publisher.fillApart(crowd, OUTSTANDING));
    }

    /** Frames of 64 publishes to ten users, two frames under way. */
    void bursts() {
        drive("burst", () -> frames(BURST, BURST_USERS));
    }

    /** Frames of 100 publishes, one to each user in turn: a broadcast by single publishes. */
    void batches() {
        drive("batch", () -> frames(BATCH, BATCH));
    }

    private void drive(String name, Runnable step) {
        long expected = crowd.delivered() - publisher.sent();
        turn.measure(name, crowd::delivered, step);
        turn.settle(name, expected + publisher.sent());
    }

    private void single() {
        publisher.fill(crowd, OUTSTANDING);
    }

    private void frames(int size, int users) {
        while (publisher.outstanding() <= size) {
            publisher.frame();
            for (int i = 0; i < size; i++) {
                publisher.line(crowd.user(next + i % users), 0);
            }
            publisher.send();
            next += users;
        }
        publisher.flush();
    }
}
