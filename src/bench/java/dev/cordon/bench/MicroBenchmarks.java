package dev.cordon.bench;

/** Placeholder until the micro benchmarks are here. */
final class MicroBenchmarks {
    private MicroBenchmarks() {}

    static void run(BenchOptions options, Results results) {}
}
