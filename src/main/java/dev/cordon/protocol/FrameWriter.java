package dev.cordon.protocol;

/** Makes frames. */
public final class FrameWriter {
    public static final Frame PING = Frame.of("{}");

    private FrameWriter() {}

    public static Frame push(Publication p) {
        return PING;
    }
}
