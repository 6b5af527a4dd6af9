package dev.cordon.bench.load;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Live heap and resident memory with ever more idle, authenticated connections. On a server that has done nothing else. */
final class IdleMemory {
    private static final String CORDON = "memory.cordon";
    private static final String SOCKET = "memory.socket";
    private static final String SHARED = "memory.shared";
    private static final String CONTAINER = "memory.container";
    private static final List<String> OWNERS = List.of(CORDON, SHARED, SOCKET, CONTAINER);
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
            if (target.java()) {
                figures.put("memory.heap.0", observed.liveKilobytes());
            }
            figures.put("memory.rss.0", observed.residentKilobytes());
            for (int size : sizes) {
                crowd.join("m", crowd.size(), size, 0);
                if (target.java()) {
                    figures.put("memory.heap." + size, observed.liveKilobytes());
                    byOwner(observed.liveBytesByClass())
                            .forEach((owner, bytes) -> figures.put(owner + "." + size, bytes / BYTES_A_KILOBYTE));
                }
                figures.put("memory.rss." + size, observed.residentKilobytes());
            }
            int first = sizes.get(0);
            int last = sizes.get(sizes.size() - 1);
            if (last > first) {
                figures.put("memory.rssSlope", slope(figures, "memory.rss.", first, last));
            }
            if (last > first && target.java()) {
                figures.put("memory.slope", slope(figures, "memory.heap.", first, last));
                OWNERS.forEach(owner -> figures.put(owner, slope(figures, owner + ".", first, last)));
            }
        }
        return figures;
    }

    /**
     * Live bytes by whose classes they are. Strings, arrays and collections have no owner in a histogram and are a sum of their own:
     * added to a class's owner's, it bounds what belongs to that one from above.
     */
    private static Map<String, Double> byOwner(Map<String, Double> byClass) {
        Map<String, Double> bytes = new HashMap<>();
        OWNERS.forEach(owner -> bytes.put(owner, 0.0));
        byClass.forEach((name, size) -> bytes.merge(owner(name), size, Double::sum));
        return bytes;
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
