package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A completion that keeps how its write ended: {@code written}, or the message of the failure. */
final class KeptCompletion implements Transport.Completion {
    final List<String> ends = new ArrayList<>();

    @Override
    public void written() {
        ends.add("written");
    }

    @Override
    public void failed(Throwable cause) {
        ends.add(Objects.toString(cause.getMessage()));
    }
}
