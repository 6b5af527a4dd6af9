package dev.cordon.client;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One request and what its answer, or the lack of one, means for each of its calls. Confined to its sender's thread. */
final class Exchange {
    private static final long NOT_SAID = -1;
    private static final int NOT_FOUND = 404;
    private static final int SERVER_ERROR = 500;

    private static final Set<Integer> TEMPORARY = Set.of(408, 429, 502, 503, 504);

    /** Of these, those that say that the request changed nothing: not those of a proxy that has lost the node. */
    private static final Set<Integer> UNCHANGED = Set.of(404, 429, 503);

    private final Node node;
    private final Nodes nodes;
    private final int preferred;
    private List<Call<?>> calls;
    private final List<Call<?>> again = new ArrayList<>();

    /** @param preferred number of the node that the sender asks while that one works */
    Exchange(Node node, Nodes nodes, int preferred, List<Call<?>> calls) {
        this.node = node;
        this.nodes = nodes;
        this.preferred = preferred;
        this.calls = calls;
    }

    Node node() {
        return node;
    }

    /** Leaves out the calls that have ended, and returns the others, which are sent now. */
    List<Call<?>> leaving() {
        List<Call<?>> leaving = new ArrayList<>(calls.size());
        for (Call<?> call : calls) {
            if (call.leaves()) {
                leaving.add(call);
            }
        }
        calls = leaving;
        return leaving;
    }

    /** Returns the calls that are to be sent again, in their order. */
    List<Call<?>> again() {
        return again;
    }

    /** @throws InvalidJsonException if the answer is not one to this request */
    void answered(Answer answer) {
        if (answer.status() == 200) {
            // Only publishes share a request.
            List<PublishResult> stored =
                    calls.get(0).command() instanceof Publish ? PublishReplies.read(answer.body(), calls.size()) : null;
            if (stored == null) {
                taken(JsonFields.read(answer.body()));
            } else {
                stored(stored);
            }
            return;
        }
        Optional<Rejection> told = told(answer);
        Rejection why = told.orElseGet(() -> new Rejection(
                answer.status(),
                "the address answered with status " + answer.status() + ", and not as the server API does",
                false,
                answer.status() >= SERVER_ERROR));
        if (temporary(answer.status(), told.isPresent())) {
            node.failed(answer.retryAfterNanos(), "it answered " + answer.status());
            for (Call<?> call : calls) {
                boolean unchanged =
                        UNCHANGED.contains(answer.status()) && (told.isPresent() || answer.status() == NOT_FOUND);
                if (unchanged && !call.command().repeatable()) {
                    call.setUnsent();
                }
                retry(call, new RejectedException(why, why.mayBeCarriedOut(), null), why.code());
            }
            return;
        }
        node.succeeded();
        if (calls.size() > 1 && (answer.status() == 400 || answer.status() == 413)) {
            apart();
        } else {
            calls.forEach(call -> call.reject(why));
        }
    }

    /**
     * @param told whether the server API has answered. It has not where a proxy has, or a container whose application is
     *     not there yet
     */
    private static boolean temporary(int status, boolean told) {
        return TEMPORARY.contains(status) || (!told && (status == 404 || status == 500));
    }

    private static Optional<Rejection> told(Answer answer) {
        try {
            return ResultReader.error(JsonFields.read(answer.body()), false);
        } catch (InvalidJsonException e) {
            return Optional.empty();
        }
    }

    /** One of the publishes made the node reject all of them: each goes alone, and fails alone. */
    private void apart() {
        for (Call<?> call : calls) {
            call.setAlone();
            again.add(call);
        }
    }

    private void stored(List<PublishResult> results) {
        for (int i = 0; i < results.size(); i++) {
            calls.get(i).stored(results.get(i));
        }
        node.succeeded();
    }

    private void taken(JsonFields answer) {
        if (calls.size() == 1) {
            Call<?> call = calls.get(0);
            call.succeed(
                    call.command() instanceof Batch
                            ? answer
                            : answer.object("result").orElseThrow(() -> new InvalidJsonException("result is missing")));
            node.succeeded();
            return;
        }
        List<JsonFields> replies = ResultReader.replies(answer, "replies", calls.size());
        int temporary = 0;
        for (int i = 0; i < calls.size(); i++) {
            Call<?> call = calls.get(i);
            JsonFields reply = replies.get(i);
            Rejection error = ResultReader.error(reply, true).orElse(null);
            if (error == null) {
                call.succeed(reply.object("publish").orElseThrow(() -> new InvalidJsonException("publish is missing")));
            } else if (!error.temporary()) {
                call.reject(error);
            } else {
                if (temporary++ == 0) {
                    node.failed(NOT_SAID, "it answered error " + error.code());
                }
                retry(call, new RejectedException(error, error.mayBeCarriedOut(), null), error.code());
            }
        }
        if (temporary == 0) {
            node.succeeded();
        }
    }

    /**
     * There is no answer, or none that can be read.
     *
     * @param stale whether that says nothing about the node
     */
    void failed(Exception why, boolean stale) {
        String text = why.getMessage() == null ? why.getClass().getName() : why.getMessage();
        if (!stale) {
            node.failed(NOT_SAID, text);
        }
        IOException failure = new IOException(node + ": " + text, why);
        // Some of the calls may be among them: a half valid answer was read until its fault.
        again.clear();
        for (Call<?> call : calls) {
            retry(call, failure, CordonException.NO_CODE);
        }
    }

    /** Puts a call among those that are sent again, or fails it: because it must not, or because there is no time. */
    private void retry(Call<?> call, Exception why, int code) {
        call.setLastFailure(why);
        if (call.isDone()) {
            return;
        }
        if (call.sent() && !call.command().repeatable()) {
            call.fail(new UnansweredException(
                    "the command may have been carried out, and must not be repeated: " + why.getMessage(), why));
            return;
        }
        long now = System.nanoTime();
        if (Math.max(0, nodes.choose(preferred).pause(now)) < call.deadline() - now) {
            again.add(call);
        } else {
            call.failByUnavailability(why, code);
        }
    }
}
