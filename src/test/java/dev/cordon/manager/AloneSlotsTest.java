package dev.cordon.manager;

import java.util.List;

/** The limit on a node that is alone. */
class AloneSlotsTest extends SlotsContract {
    @Override
    protected List<TestNode> start() {
        return List.of(new TestNode());
    }

    @Override
    protected void end() {}
}
