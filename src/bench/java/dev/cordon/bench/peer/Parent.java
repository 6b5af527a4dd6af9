package dev.cordon.bench.peer;

import java.io.IOException;

/** A peer lives as long as its standard input is open, so that none outlives the benchmark. */
final class Parent {
    private Parent() {}

    static void await() throws IOException {
        while (System.in.read() >= 0) {
            // Nothing is expected: only the end matters.
        }
        Runtime.getRuntime().halt(0);
    }
}
