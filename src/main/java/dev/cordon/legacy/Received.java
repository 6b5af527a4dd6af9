package dev.cordon.legacy;

import dev.cordon.protocol.Frame;

/**
 * A digest of the messages that one connection received, in constant space: their number, content and order.
 *
 * @param any a digest that does not depend on the order
 * @param ordered a digest that depends on the order
 */
record Received(long messages, long any, long ordered) {
    static final Received NOTHING = new Received(0, 0, 0);

    private static final String PUSH = "{\"push\":";
    /** Cannot occur before the payload: quotes in a channel's name are escaped. */
    private static final String DATA = ",\"data\":";

    /** Adds the payloads of all pushes in a frame; pings and replies are none. */
    Received plus(Frame frame) {
        Received sum = this;
        for (String message : frame.text().split("\n", -1)) {
            if (message.startsWith(PUSH)) {
                sum = sum.plus(
                        message.substring(message.indexOf(DATA) + DATA.length(), message.length() - "}}}".length()));
            }
        }
        return sum;
    }

    private Received plus(String payload) {
        long digest = 0xcbf29ce484222325L;
        for (int i = 0; i < payload.length(); i++) {
            digest = (digest ^ payload.charAt(i)) * 0x100000001b3L;
        }
        return new Received(messages + 1, any + digest, ordered * 31 + digest);
    }
}
