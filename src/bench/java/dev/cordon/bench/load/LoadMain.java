package dev.cordon.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The generator's process: takes orders on standard input, one a line ({@code turn name=… port=…}), and answers with lines
 * {@code figure <name> <number>}, {@code note <scenario> <text>} and at last {@code done}. Ends when its input does.
 */
public final class LoadMain {
    private static final Map<String, Tokens> TOKENS = new HashMap<>();

    private LoadMain() {}

    public static void main(String[] args) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            try {
                answer(carryOut(new Order(order)));
            } catch (IOException | RuntimeException e) {
                e.printStackTrace();
                System.out.println("note failed " + String.valueOf(e).replace('\n', ' '));
            }
            System.out.println("done");
        }
    }

    private static Figures carryOut(Order order) throws IOException {
        Target target = order.target();
        return switch (order.verb) {
            case "turn" ->
                Turn.run(
                        target,
                        order.list("scenarios").stream()
                                .map(name -> Turn.Scenario.valueOf(name.toUpperCase(Locale.ROOT)))
                                .toList(),
                        order.integer("users"),
                        order.number("seconds"),
                        order.number("secondsAtRate"),
                        order.integer("payload"),
                        order.integer("rate"));
            case "memory" ->
                IdleMemory.run(
                        target,
                        order.list("sizes").stream().map(Integer::valueOf).toList());
            case "slow" -> slow(target, order);
            case "client" -> client(target, order);
            case "stall" -> stall(target, order);
            case "cluster" ->
                new ClusterTurn(
                                target,
                                order.peer(),
                                order.integer("users"),
                                order.number("seconds"),
                                order.integer("payload"),
                                order.integer("rate"))
                        .run(ClusterTurn.Part.valueOf(order.text("part").toUpperCase(Locale.ROOT)));
            default -> throw new IllegalArgumentException("no such order: " + order.verb);
        };
    }

    private static Figures slow(Target target, Order order) throws IOException {
        try (Loop loop = new Loop()) {
            return new SlowNeighbours(loop, target, order.integer("payload"))
                    .run(
                            order.integer("round"),
                            order.integer("healthy"),
                            order.integer("stalled"),
                            order.number("warmup"),
                            order.number("seconds"),
                            order.number("flood"),
                            order.integer("floodBytes"));
        }
    }

    private static Figures client(Target target, Order order) throws IOException {
        try (Loop loop = new Loop()) {
            return new BackEndCost(loop, target, order.number("seconds"), order.integer("payload"))
                    .run(order.integer("round"));
        }
    }

    private static Figures stall(Target target, Order order) throws IOException {
        try (Loop loop = new Loop()) {
            return new StalledHttp(loop, target, order.integer("payload"))
                    .run(
                            order.integer("round"),
                            order.integer("healthy"),
                            order.integer("stalled"),
                            order.number("warmup"),
                            order.number("seconds"));
        }
    }

    private static void answer(Figures figures) {
        figures.values.forEach((name, value) -> System.out.println("figure " + name + " " + value));
        figures.notes.forEach((name, text) -> System.out.println("note " + name + " " + text.replace('\n', ' ')));
    }

    /** One line: a verb and {@code name=value} pairs without blanks. */
    private static final class Order {
        final String verb;
        private final Map<String, String> values = new HashMap<>();

        Order(String line) {
            String[] parts = line.split(" ");
            verb = parts[0];
            for (String part : Arrays.asList(parts).subList(1, parts.length)) {
                int equals = part.indexOf('=');
                values.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }

        Target target() {
            return target("port", "pid");
        }

        /** The second node of a cluster; the first once more where there is none. */
        Target peer() {
            return values.containsKey("peerport") ? target("peerport", "peerpid") : target();
        }

        private Target target(String port, String pid) {
            return new Target(
                    text("name"),
                    integer(port),
                    Long.parseLong(text(pid)),
                    text("java").equals("true"),
                    Path.of(text("gclog")),
                    text("cordon").equals("true"),
                    Way.valueOf(text("way")),
                    TOKENS.computeIfAbsent(text("secret"), Tokens::new),
                    text("apikey"));
        }

        String text(String name) {
            String value = values.get(name);
            if (value == null) {
                throw new IllegalArgumentException(name + " is missing");
            }
            return value;
        }

        int integer(String name) {
            return Integer.parseInt(text(name));
        }

        double number(String name) {
            return Double.parseDouble(text(name));
        }

        List<String> list(String name) {
            return List.of(text(name).split(","));
        }
    }
}
