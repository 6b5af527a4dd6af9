package dev.cordon.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Live heap and resident memory with ever more idle, authenticated connections. On a server that has done nothing else. */
final class IdleMemory {
    private static final String CORDON = "memory.cordon";
    private static final String SOCKET = "memory.socket";
    private static final String SHARED = "memory.shared";
    private static final String CONTAINER = "memory.container";
    private static final Pattern ARRAY_OF_OBJECTS = Pattern.compile("^\\[+L(.*);$");
    /** Of which Cordon has none; each of Grizzly's connections has some. */
    private static final String NOT_CORDONS = "java.util.LinkedList";

    private static final double BYTES_A_KILOBYTE = 1024;

    private IdleMemory() {}

    static Figures run(Target target, List<Integer> sizes) throws IOException {
        Figures figures = new Figures();
        try (Loop loop = new Loop();
                Crowd crowd = new Crowd(loop, target)) {
            Observed observed = new Observed(loop, target);
            figures.put("memory.heap.0", observed.liveKilobytes());
            figures.put("memory.rss.0", observed.residentKilobytes());
            Map<String, Double> before = Map.of();
            for (int size : sizes) {
                crowd.join("m", crowd.size(), size, 0);
                figures.put("memory.heap." + size, observed.liveKilobytes());
                figures.put("memory.rss." + size, observed.residentKilobytes());
                before = before.isEmpty() ? observed.liveBytesByClass() : before;
            }
            int first = sizes.get(0);
            int last = sizes.get(sizes.size() - 1);
            if (last > first) {
                figures.put("memory.slope", slope(figures, "memory.heap.", first, last));
                figures.put("memory.rssSlope", slope(figures, "memory.rss.", first, last));
                figures.values.putAll(byOwner(before, observed.liveBytesByClass(), last - first));
            }
        }
        return figures;
    }

    /**
     * Kilobytes a connection by whose classes they are. Strings, arrays and collections have no owner in a histogram and are figures
     * of their own: added to the classes' they bound what belongs to them from above.
     */
    private static Map<String, Double> byOwner(Map<String, Double> before, Map<String, Double> after, int connections) {
        Map<String, Double> owners = new TreeMap<>();
        for (String owner : List.of(CORDON, SOCKET, SHARED, CONTAINER)) {
            owners.put(owner, 0.0);
        }
        after.forEach((name, bytes) -> owners.merge(
                owner(name), (bytes - before.getOrDefault(name, 0.0)) / BYTES_A_KILOBYTE / connections, Double::sum));
        return owners;
    }

    private static String owner(String name) {
        String type = ARRAY_OF_OBJECTS.matcher(name).replaceFirst("$1");
        if (type.startsWith("dev.cordon.") && !type.startsWith("dev.cordon.bench.")) {
            return CORDON;
        }
        if (Stream.of("sun.nio.", "java.nio.", "java.net.", "java.io.FileDescriptor", "jdk.internal.ref.")
                .anyMatch(type::startsWith)) {
            return SOCKET;
        }
        return Stream.of("java.", "[", "jdk.", "sun.").anyMatch(type::startsWith) && !type.startsWith(NOT_CORDONS)
                ? SHARED
                : CONTAINER;
    }

    private static double slope(Figures figures, String name, int first, int last) {
        return (figures.values.getOrDefault(name + last, Double.NaN)
                        - figures.values.getOrDefault(name + first, Double.NaN))
                / (last - first);
    }
}
