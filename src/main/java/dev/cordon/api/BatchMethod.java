package dev.cordon.api;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.KnownFields;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The method {@code batch}. The method carries out commands in order, also if the caller asks for {@code parallel}.
 * Each command succeeds or fails alone, and the replies have the order of the commands. Thread-safe.
 *
 * <p>A log outside the process commits publishes that wait at the same time together. So publishes that follow one
 * another are all handed to such a log before the first answer is awaited. The log keeps the order within a channel.
 */
final class BatchMethod implements ApiMethod {
    private static final String PUBLISH = "publish";

    /** Most commands of one batch. */
    static final int MAX_COMMANDS = 1_000;

    /** Most publishes of one batch that wait for the log at a time: the log's queue serves all callers. */
    static final int MAX_WAITING = 100;

    private final Map<String, ApiMethod> methods;
    private final PublishMethods publishing;
    private final ApiCounters counters;

    /**
     * @param methods methods that a batch may contain
     * @param publishing publishes without waiting for the log
     */
    BatchMethod(Map<String, ApiMethod> methods, PublishMethods publishing, ApiCounters counters) {
        this.methods = methods;
        this.publishing = publishing;
        this.counters = counters;
    }

    @Override
    public Result call(Parameters parameters, PublishBatch batch) {
        boolean ignored = parameters.fields().bool("parallel");
        List<JsonFields> commands = parameters.objects("commands", MAX_COMMANDS);
        List<Result> replies = batch.together() > 1 ? gathered(commands, batch) : oneByOne(commands, batch);
        return writer -> {
            Result.list(writer.raw("{\"replies\":"), replies);
            writer.raw("}");
        };
    }

    private List<Result> oneByOne(List<JsonFields> commands, PublishBatch batch) {
        List<Result> replies = new ArrayList<>(commands.size());
        for (JsonFields command : commands) {
            replies.add(reply(command, batch));
        }
        return replies;
    }

    /** Like {@link #oneByOne}, but publishes that follow one another wait for the log at the same time. */
    private List<Result> gathered(List<JsonFields> commands, PublishBatch batch) {
        List<Result> replies = new ArrayList<>(commands.size());
        List<Supplier<Result>> waiting = new ArrayList<>();
        for (JsonFields command : commands) {
            boolean publish = command.count() == 1 && command.named(0, PUBLISH);
            if (!publish || waiting.size() == MAX_WAITING) {
                await(waiting, replies);
            }
            if (publish) {
                waiting.add(begun(command, batch, () -> await(waiting, replies)));
            } else {
                replies.add(reply(command, batch));
            }
        }
        await(waiting, replies);
        return replies;
    }

    private void await(List<Supplier<Result>> waiting, List<Result> replies) {
        for (Supplier<Result> result : waiting) {
            try {
                replies.add(result.get());
            } catch (RejectedException | LogUnavailableException | InvalidJsonException e) {
                replies.add(failed(e));
            }
        }
        waiting.clear();
    }

    /**
     * Begins a publish. The supplier waits for its end.
     *
     * @param before waits for the publishes begun before
     */
    private Supplier<Result> begun(JsonFields command, PublishBatch batch, Runnable before) {
        try {
            Supplier<Result> result = publishing.begin(parameters(command, PUBLISH), batch, before);
            return () -> named(PUBLISH, result.get());
        } catch (RejectedException | LogUnavailableException | InvalidJsonException e) {
            return () -> {
                throw e;
            };
        }
    }

    private Result reply(JsonFields command, PublishBatch batch) {
        try {
            return carriedOut(command, batch);
        } catch (RejectedException | LogUnavailableException | InvalidJsonException e) {
            return failed(e);
        }
    }

    private Result failed(RuntimeException why) {
        RejectedException rejected;
        if (why instanceof RejectedException known) {
            rejected = known;
        } else if (why instanceof LogUnavailableException unavailable) {
            rejected = PublishBatch.unavailable(unavailable);
        } else {
            rejected = new RejectedException(Rejected.BAD_REQUEST, String.valueOf(why.getMessage()));
        }
        counters.reject(rejected.reason());
        return rejected::write;
    }

    private Result carriedOut(JsonFields command, PublishBatch batch) {
        if (command.names().size() != 1) {
            throw new RejectedException(
                    Rejected.BAD_REQUEST, "a command of a batch is an object with one method: {\"publish\":{…}}");
        }
        String name = command.names().iterator().next();
        ApiMethod method = methods.get(name);
        if (method == null) {
            throw new RejectedException(
                    Rejected.UNKNOWN_METHOD,
                    KnownFields.unknown("a batch has no method ", name, List.copyOf(methods.keySet())));
        }
        return named(name, method.call(parameters(command, name), batch));
    }

    private Parameters parameters(JsonFields command, String name) {
        counters.commands.increment();
        JsonFields fields = Parameters.required(command.object(name), name);
        ApiFields.of(name).check(fields);
        return new Parameters(fields);
    }

    private static Result named(String name, Result result) {
        return writer -> {
            result.write(writer.raw("{").quoted(name).raw(":"));
            writer.raw("}");
        };
    }
}
