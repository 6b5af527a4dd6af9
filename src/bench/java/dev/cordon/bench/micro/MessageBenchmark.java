package dev.cordon.bench.micro;

import dev.cordon.manager.Counters;
import dev.cordon.manager.IsolationGuard;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Command;
import dev.cordon.protocol.CommandReader;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.UserId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The steps that each message takes: command read, owner compared, frame written. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class MessageBenchmark {
    private static final String DATA = "{\"t\":1234567890123,\"p\":\"" + "x".repeat(100) + "\"}";

    private final IsolationGuard guard = new IsolationGuard(new Counters());
    private final UserId user = new UserId("u42");
    private final Channel channel = Channel.personal(new UserId("u42"));
    private final Publication publication = new Publication(channel, 42, Payload.json(DATA));
    private final CommandReader reader = new CommandReader(64 * 1024);
    private final String publish = "{\"id\":7,\"publish\":{\"channel\":\"#u42\",\"data\":" + DATA + "}}";

    @Benchmark
    public boolean guardOn() {
        return guard.rejects(user, channel);
    }

    /** What is left when the guard is out: the look at the owner that delivery needs anyway. */
    @Benchmark
    public boolean guardOff() {
        return channel.owner() != null;
    }

    @Benchmark
    public Frame writePush() {
        return FrameWriter.push(publication);
    }

    @Benchmark
    public List<Command> readPublish() {
        return reader.read(publish);
    }
}
