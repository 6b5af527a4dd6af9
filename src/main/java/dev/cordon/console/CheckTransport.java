package dev.cordon.console;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A transport of the {@link IsolationCheck} that keeps its frames in memory. Their number is that of the messages of the check. */
final class CheckTransport implements Transport {
    /** An address that no peer has: theirs are numbers. */
    static final String ADDRESS = "this node";

    private static final Pattern MARK = Pattern.compile("\"check\":\"([^\"]*)\"");

    private final Queue<Frame> frames = new ConcurrentLinkedQueue<>();

    @Override
    public void write(Frame frame, Completion completion) {
        frames.add(frame);
        completion.written();
    }

    @Override
    public void close(Disconnect disconnect) {
        // Nothing to free.
    }

    @Override
    public String remoteAddress() {
        return ADDRESS;
    }

    /** The marks of the received messages, in order. */
    List<String> marks() {
        List<String> marks = new ArrayList<>();
        for (Frame frame : frames) {
            Matcher matcher = MARK.matcher(frame.text());
            while (matcher.find()) {
                marks.add(matcher.group(1));
            }
        }
        return marks;
    }
}
