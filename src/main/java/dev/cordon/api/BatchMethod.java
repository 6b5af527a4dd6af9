package dev.cordon.api;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code batch}: commands carried out in order, whether {@code parallel} is asked for or not; each succeeds or fails by itself, and
 * the replies come in the order of the commands. Thread-safe.
 */
final class BatchMethod implements ApiMethod {
    /** Most commands of one batch. */
    static final int MAX_COMMANDS = 1_000;

    private final Map<String, ApiMethod> methods;
    private final ApiCounters counters;

    /** @param methods what may be in a batch */
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
        return text -> {
            Result.list(text.raw("{\"replies\":"), replies);
            text.raw("}");
        };
    }

    private Result reply(JsonFields command, PublishBatch batch) {
        try {
            return carriedOut(command, batch);
        } catch (RefusedException e) {
            counters.refuse(e.reason());
            return e::write;
        } catch (LogUnavailableException e) {
            counters.refuse(Refused.LOG_UNAVAILABLE);
            return PublishBatch.unavailable(e)::write;
        } catch (InvalidJsonException e) {
            counters.refuse(Refused.BAD_REQUEST);
            return text -> error(e, text);
        }
    }

    private Result carriedOut(JsonFields command, PublishBatch batch) {
        if (command.names().size() != 1) {
            throw new RefusedException(
                    Refused.BAD_REQUEST, "a command of a batch is an object with one method: {\"publish\":{…}}");
        }
        String name = command.names().iterator().next();
        ApiMethod method = methods.get(name);
        if (method == null) {
            throw new RefusedException(
                    Refused.UNKNOWN_METHOD,
                    "no such method in a batch: use one of " + String.join(", ", methods.keySet()));
        }
        counters.commands.increment();
        JsonFields fields = Parameters.required(command.object(name), name);
        ApiFields.of(name).check(fields);
        Parameters parameters = new Parameters(fields);
        Result result = method.call(parameters, batch);
        return text -> {
            result.write(text.raw("{").quoted(name).raw(":"));
            text.raw("}");
        };
    }

    private static void error(InvalidJsonException e, JsonText text) {
        new RefusedException(Refused.BAD_REQUEST, String.valueOf(e.getMessage())).write(text);
    }
}
