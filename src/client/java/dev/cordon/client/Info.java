package dev.cordon.client;

/** Asks for the state of the node, and in a cluster of the others. */
public record Info() implements Command<InfoResult> {
    @Override
    public boolean repeatable() {
        return true;
    }
}
