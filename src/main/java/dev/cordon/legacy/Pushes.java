package dev.cordon.legacy;

import dev.cordon.protocol.Frame;
import java.util.ArrayList;
import java.util.List;

/** A reader of the payloads in a frame. Frames may join several messages. */
final class Pushes {
    private static final String PUSH = "{\"push\":";
    /** Cannot occur before the payload: quotes in a channel's name are escaped. */
    private static final String PUBLICATION = ",\"pub\":{";
    /** Stands first there, or behind the offset. */
    private static final String DATA = "\"data\":";

    private Pushes() {}

    /** The payloads of all pushes, in order. Pings and replies are none. */
    static List<String> payloads(Frame frame) {
        List<String> payloads = new ArrayList<>(1);
        for (String message : frame.text().split("\n", -1)) {
            if (message.startsWith(PUSH)) {
                int data = message.indexOf(DATA, message.indexOf(PUBLICATION)) + DATA.length();
                payloads.add(message.substring(data, message.length() - "}}}".length()));
            }
        }
        return payloads;
    }
}
