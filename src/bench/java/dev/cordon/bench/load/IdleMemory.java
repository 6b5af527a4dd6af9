package dev.cordon.bench.load;

import java.io.IOException;
import java.util.List;

/** Live heap and resident memory with ever more idle, authenticated connections. On a server that has done nothing else. */
final class IdleMemory {
    private IdleMemory() {}

    static Figures run(Target target, List<Integer> sizes) throws IOException {
        Figures figures = new Figures();
        try (Loop loop = new Loop();
                Crowd crowd = new Crowd(loop, target)) {
            Observed observed = new Observed(loop, target);
            figures.put("memory.heap.0", observed.liveKilobytes());
            figures.put("memory.rss.0", observed.residentKilobytes());
            for (int size : sizes) {
                crowd.join("m", crowd.size(), size, 0);
                figures.put("memory.heap." + size, observed.liveKilobytes());
                figures.put("memory.rss." + size, observed.residentKilobytes());
            }
            int first = sizes.get(0);
            int last = sizes.get(sizes.size() - 1);
            if (last > first) {
                figures.put("memory.slope", slope(figures, "memory.heap.", first, last));
                figures.put("memory.rssSlope", slope(figures, "memory.rss.", first, last));
            }
        }
        return figures;
    }

    private static double slope(Figures figures, String name, int first, int last) {
        return (figures.values.getOrDefault(name + last, Double.NaN)
                        - figures.values.getOrDefault(name + first, Double.NaN))
                / (last - first);
    }
}
