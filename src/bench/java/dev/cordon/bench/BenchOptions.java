package dev.cordon.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What to run, from system properties {@code bench.*} (docs/benchmarks.md has the table).
 *
 * @param servers in the order of their turns
 * @param seconds of each measured window
 * @param warmup seconds of each window of the round that is thrown away
 * @param rate messages a second of the scenario latency
 * @param members users of the scenario groups
 * @param sizes numbers of idle connections at which memory is read
 * @param floodSeconds how long the stalled neighbours are flooded
 * @param shared whether the other ways in have the server of {@code cordon} instead of one each
 * @param smoke whether it is only to see that everything works
 * @param basePort first of the ports for the servers, on loopback; 0: free ones
 * @param cordonOptions more options for the Java runtime that Cordon runs on
 * @param beforeOptions the same for the version to compare with
 * @param before WAR of the version to compare with
 * @param out folder for logs, results and reports
 */
record BenchOptions(
        List<Contestant> servers,
        List<String> scenarios,
        int rounds,
        double seconds,
        double warmup,
        int users,
        int payload,
        int rate,
        int members,
        List<Integer> sizes,
        double floodSeconds,
        int stalled,
        boolean shared,
        boolean smoke,
        int basePort,
        String heap,
        List<String> cordonOptions,
        List<String> beforeOptions,
        boolean jmh,
        Optional<Path> before,
        Path out) {
    static final String ALL_SCENARIOS =
            "latency,saturation,apart,burst,echo,batch,broadcast,connect,http,memory,slow,stall,client,groups,cluster";

    /** Those of deliveries, which another way in has a turn in: commands and back ends are the same. */
    private static final List<String> OF_WAYS =
            List.of("latency", "saturation", "apart", "burst", "batch", "broadcast", "connect", "memory");

    BenchOptions {
        List<String> known = List.of(ALL_SCENARIOS.split(",", -1));
        scenarios.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException(
                    "bench.scenarios: no scenario is called '" + name + "'; there are " + ALL_SCENARIOS);
        });
        if (users < 1 || rate < 1 || rounds < 1 || seconds <= 0 || warmup <= 0 || sizes.isEmpty()) {
            throw new IllegalArgumentException(
                    "bench.users, bench.rate, bench.rounds, bench.seconds, bench.warmup and bench.sizes must be positive");
        }
        if (scenarios.contains("memory") && sizes.size() < 2) {
            throw new IllegalArgumentException(
                    "bench.sizes is " + sizes.get(0)
                            + " but must have two numbers: the memory of a connection is the slope between the first and the last");
        }
        if (members < 10 || members > 10_000 || members % 10 != 0) {
            throw new IllegalArgumentException(
                    "bench.members is " + members + " but must be 10 to 10,000 and a multiple of ten");
        }
    }

    /** @throws IllegalArgumentException naming the property that is wrong */
    static BenchOptions read(UnaryOperator<String> properties) {
        Reader read = new Reader(properties);
        boolean smoke = Boolean.parseBoolean(read.text("smoke", "false"));
        return new BenchOptions(
                read
                        .list(
                                "servers",
                                smoke ? "cordon,netty,floor" : "cordon,payara,tyrus,tomcat,undertow,netty,floor")
                        .stream()
                        .map(Contestant::named)
                        .toList(),
                read.list(
                        "scenarios",
                        smoke ? "latency,saturation,apart,burst,echo,batch,broadcast,connect" : ALL_SCENARIOS),
                (int) read.number("rounds", smoke ? 1 : 3),
                read.number("seconds", smoke ? 1 : 3),
                read.number("warmup", smoke ? 0.5 : 10),
                (int) read.number("users", smoke ? 100 : 1000),
                (int) read.number("payload", 100),
                (int) read.number("rate", 1000),
                (int) read.number("members", 10_000),
                read.list("sizes", "1000,5000,10000").stream()
                        .map(Integer::valueOf)
                        .toList(),
                read.number("flood", 30),
                (int) read.number("stalled", 500),
                Boolean.parseBoolean(read.text("shared", Boolean.toString(smoke))),
                smoke,
                (int) read.number("port", 0),
                read.text("heap", smoke ? "512m" : "1g"),
                read.words("cordon.options"),
                read.words("before.options"),
                Boolean.parseBoolean(read.text("jmh", "false")),
                Optional.of(read.text("before", ""))
                        .filter(war -> !war.isEmpty())
                        .map(Path::of),
                Path.of(read.text("out", smoke ? "target/bench-smoke" : "target/bench")));
    }

    boolean wants(String scenario) {
        return scenarios.contains(scenario);
    }

    /** Whether a server has a turn in a scenario that was asked for. Of a smoke run, another way in has one only. */
    boolean wants(Contestant server, String scenario) {
        return wants(scenario)
                && (!server.otherWay() || (smoke ? scenario.equals("apart") : OF_WAYS.contains(scenario)));
    }

    /** The same without a server that this machine cannot run. */
    BenchOptions without(Contestant server) {
        return new BenchOptions(
                servers.stream().filter(other -> other != server).toList(),
                scenarios,
                rounds,
                seconds,
                warmup,
                users,
                payload,
                rate,
                members,
                sizes,
                floodSeconds,
                stalled,
                shared,
                smoke,
                basePort,
                heap,
                cordonOptions,
                beforeOptions,
                jmh,
                before,
                out);
    }

    private record Reader(UnaryOperator<String> properties) {
        List<String> words(String name) {
            return Arrays.stream(text(name, "").split(" ", -1))
                    .filter(word -> !word.isEmpty())
                    .toList();
        }

        String text(String name, String otherwise) {
            String value = properties.apply("bench." + name);
            return value == null || value.isBlank() ? otherwise : value.trim();
        }

        double number(String name, double otherwise) {
            try {
                return Double.parseDouble(text(name, Double.toString(otherwise)));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("bench." + name + " must be a number", e);
            }
        }

        List<String> list(String name, String otherwise) {
            return Arrays.stream(text(name, otherwise).split(","))
                    .map(String::trim)
                    .toList();
        }
    }
}
