package dev.cordon.api;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The method {@code batch}. The method carries out commands in order, also if the caller asks for {@code parallel}.
 * Each command succeeds or fails alone, and the replies have the order of the commands. Thread-safe.
 */
final class BatchMethod implements ApiMethod {
    /** Most commands of one batch. */
    static final int MAX_COMMANDS = 1_000;

    private final Map<String, ApiMethod> methods;
    private final ApiCounters counters;

    /** @param methods methods that a batch may contain */
    BatchMethod(Map<String, ApiMethod> methods, ApiCounters counters) {
        this.methods = methods;
        this.counters = counters;
    }

    @Override
    public Result call(Parameters parameters, PublishBatch batch) {
        boolean ignored = parameters.fields().bool("parallel");
        List<Result> replies = new ArrayList<>();
        for (JsonFields command : parameters.objects("commands", MAX_COMMANDS)) {
            replies.add(reply(command, batch));
        }
        return writer -> {
            Result.list(writer.raw("{\"replies\":"), replies);
            writer.raw("}");
        };
    }

    private Result reply(JsonFields command, PublishBatch batch) {
        try {
            return carriedOut(command, batch);
        } catch (RejectedException e) {
            counters.reject(e.reason());
            return e::write;
        } catch (LogUnavailableException e) {
            counters.reject(Rejected.LOG_UNAVAILABLE);
            return PublishBatch.unavailable(e)::write;
        } catch (InvalidJsonException e) {
            counters.reject(Rejected.BAD_REQUEST);
            return writer -> error(e, writer);
        }
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
                    "no such method in a batch: use one of " + String.join(", ", methods.keySet()));
        }
        counters.commands.increment();
        JsonFields fields = Parameters.required(command.object(name), name);
        ApiFields.of(name).check(fields);
        Parameters parameters = new Parameters(fields);
        Result result = method.call(parameters, batch);
        return writer -> {
            result.write(writer.raw("{").quoted(name).raw(":"));
            writer.raw("}");
        };
    }

    private static void error(InvalidJsonException e, JsonWriter writer) {
        new RejectedException(Rejected.BAD_REQUEST, String.valueOf(e.getMessage())).write(writer);
    }
}
