package dev.cordon.api;

import dev.cordon.auth.ApiKeys;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.cluster.LiveMessages;
import dev.cordon.cluster.Presence;
import dev.cordon.cluster.UserConnections;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserGroups;
import dev.cordon.log.UserLog;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.KnownFields;
import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.publish.Publisher;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The server API, independent of the container (docs/protocol.md, Server HTTP API): authentication, limits, methods and
 * answers. Thread-safe.
 */
public final class ServerApi {
    private static final System.Logger LOG = System.getLogger(ServerApi.class.getName());

    private static final String NOT_JSON = "the body must be JSON: send Content-Type: application/json";

    private final RateLimitedLog lines = new RateLimitedLog(LOG);
    private final ApiAuth auth;
    private final TokenVerifier verifier;
    private final Publisher publisher;
    private final UserLog log;
    private final PublishMethods publishing;
    private final Supplier<ApiSettings> settings;
    private final ApiCounters counters;
    private final Map<String, ApiMethod> methods;
    private final ApiMethod batch;

    public ServerApi(
            ApiKeys keys,
            TokenVerifier verifier,
            Publisher publisher,
            UserLog log,
            WebSocketManagerFactory factory,
            Presence presence,
            UserConnections connections,
            LiveMessages live,
            Supplier<ApiSettings> settings,
            ApiCounters counters,
            NodeInfo info,
            UserGroups groups,
            Clock clock) {
        this.auth = new ApiAuth(keys, verifier);
        this.verifier = verifier;
        this.publisher = publisher;
        this.settings = settings;
        this.counters = counters;
        Map<String, ApiMethod> all = new LinkedHashMap<>();
        this.log = log;
        this.publishing = new PublishMethods(new LivePublishes(live, counters), settings, counters);
        ChannelMethods channels = new ChannelMethods(presence, log);
        all.put("publish", publishing::publish);
        all.put("broadcast", new GroupBroadcast(groups, publishing, settings, counters)::broadcast);
        all.put("presence", (parameters, batch) -> channels.presence(parameters));
        all.put("presence_stats", (parameters, batch) -> channels.presenceStats(parameters));
        all.put("history", channels::history);
        all.put("history_remove", (parameters, batch) -> channels.historyRemove(parameters));
        all.put("ledger", (parameters, batch) -> channels.ledger(parameters));
        UserMethods users = new UserMethods(connections, settings, clock);
        all.put("connections", users::connections);
        all.put("channels", users::channels);
        all.put("subscribe", (parameters, batch) -> users.subscribe(parameters));
        all.put("unsubscribe", (parameters, batch) -> users.unsubscribe(parameters));
        all.put("refresh", (parameters, batch) -> users.refresh(parameters));
        all.put("disconnect", new DisconnectMethod(factory));
        all.put("info", info);
        GroupMethods grouping = new GroupMethods(groups, counters);
        all.put("group_add", (parameters, batch) -> grouping.add(parameters));
        all.put("group_remove", (parameters, batch) -> grouping.remove(parameters));
        all.put("group_list", grouping::list);
        this.batch = new BatchMethod(Collections.unmodifiableMap(new LinkedHashMap<>(all)), publishing, counters);
        all.put("batch", batch);
        this.methods = Collections.unmodifiableMap(all);
    }

    /** Returns the names of the methods, which follow {@code /api/} in the path. */
    Set<String> methods() {
        return methods.keySet();
    }

    /** Returns true if these credentials are valid now. */
    boolean trusts(Optional<String> apiKey, Optional<String> authorization) {
        try {
            auth.check(apiKey, authorization);
            return true;
        } catch (RejectedException e) {
            return false;
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "Credentials of the server API could not be checked", e);
            return false;
        }
    }

    /** Returns the largest accepted body, in bytes. */
    int maxBodyBytes() {
        return settings.get().maxBodyBytes();
    }

    /** Returns the rejection of a request by its head alone, before its body is read; empty if the head is valid. */
    Optional<Answer> rejected(ApiRequest head) {
        try {
            auth.check(head.apiKey(), head.authorization());
            method(head);
            checkBody(head);
            return Optional.empty();
        } catch (RejectedException e) {
            counters.requests.increment();
            return Optional.of(inMode(head, reject(e.reason(), String.valueOf(e.getMessage()))));
        } catch (RuntimeException e) {
            counters.requests.increment();
            LOG.log(Level.ERROR, "Credentials of the server API could not be checked", e);
            return Optional.of(
                    inMode(head, reject(Rejected.FAILED, Rejected.FAILED.code().message())));
        }
    }

    /** Answers a request, after authentication. */
    Answer answer(ApiRequest request) {
        return answer(request, false);
    }

    /** Answers a request that {@link #trusts} or {@link #rejected} has authenticated. */
    Answer answerTrusted(ApiRequest request) {
        return answer(request, true);
    }

    private Answer answer(ApiRequest request, boolean trusted) {
        return inMode(request, carriedOut(request, trusted));
    }

    /** Returns the answer in the error mode of the request. */
    private Answer inMode(ApiRequest request, Answer answer) {
        return answer.status() == 200 ? answer : settings.get().errors().apply(request.errorMode(), answer);
    }

    private Answer carriedOut(ApiRequest request, boolean trusted) {
        counters.requests.increment();
        try {
            if (!trusted) {
                auth.check(request.apiKey(), request.authorization());
            }
            return carryOut(request.method(), method(request), body(request));
        } catch (IOException | RuntimeException e) {
            return rejected(e);
        }
    }

    /** Returns true if the check of these credentials may wait for a JWK set now. */
    boolean waitsForKeys(Optional<String> apiKey, Optional<String> authorization) {
        return apiKey.isEmpty() && authorization.isPresent() && verifier.waitsNow();
    }

    /** Returns true if an answer may wait for the log. */
    boolean waits() {
        return log.waits();
    }

    /**
     * Like {@link #answerTrusted}, but does not wait for a log outside the process. A waiting publish holds no thread;
     * other methods wait on a thread of the log.
     *
     * @param to receives the answer, on this thread or on a thread of the log
     */
    void answerLater(ApiRequest request, Consumer<Answer> to) {
        if (!log.waits()) {
            to.accept(answerTrusted(request));
        } else if (request.method().equals("publish")) {
            publishLater(request, to);
        } else {
            try {
                log.patiently(() -> to.accept(answerTrusted(request)));
            } catch (LogUnavailableException e) {
                counters.requests.increment();
                to.accept(inMode(request, rejected(e)));
            }
        }
    }

    private void publishLater(ApiRequest request, Consumer<Answer> to) {
        counters.requests.increment();
        CompletionStage<Result> result;
        try {
            byte[] body = body(request);
            counters.commands.increment();
            result = publishing.publishLater(parameters("publish", body), publisher, log::patiently);
        } catch (IOException | RuntimeException e) {
            to.accept(inMode(request, rejected(e)));
            return;
        }
        CompletionStage<?> unused = result.whenComplete((done, failure) ->
                to.accept(failure == null ? answered(done) : inMode(request, rejected(Publisher.cause(failure)))));
    }

    private Answer rejected(Exception why) {
        if (why instanceof RejectedException e) {
            return reject(e.reason(), String.valueOf(e.getMessage()));
        }
        if (why instanceof LogUnavailableException e) {
            return reject(
                    Rejected.LOG_UNAVAILABLE,
                    String.valueOf(PublishBatch.unavailable(e).getMessage()));
        }
        if (why instanceof InvalidJsonException e) {
            return reject(Rejected.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        if (why instanceof IOException) {
            return reject(Rejected.BAD_REQUEST, "the body ended early");
        }
        LOG.log(Level.ERROR, "A request to the server API failed", why);
        return reject(Rejected.FAILED, Rejected.FAILED.code().message());
    }

    /** Returns the answer to a request that failed in the container, in the form of the API, and counts the request. */
    Answer containerRejected(int status) {
        Answer answer = switch (status) {
            case 404 -> reject(Rejected.UNKNOWN_METHOD, "no such address: POST /api/<method>");
            case 405 -> reject(Rejected.WRONG_VERB, "only POST: POST /api/<method>");
            case 413 -> reject(Rejected.TOO_LARGE, "the request is too large");
            case 415 -> reject(Rejected.MEDIA_TYPE, NOT_JSON);
            case 503 -> reject(Rejected.TEMPORARY, "not now: try again");
            default ->
                status < 500
                        ? reject(
                                Rejected.BAD_REQUEST, "the request cannot be read: POST /api/<method> with a JSON body")
                        : reject(Rejected.FAILED, Rejected.FAILED.code().message());
        };
        return new Answer(status, answer.json());
    }

    /** Returns the answer to a request with a Content-Encoding. */
    Answer codedBody() {
        return reject(Rejected.MEDIA_TYPE, "Content-Encoding is not supported: send the body without one");
    }

    private Answer reject(Rejected reason, String message) {
        counters.reject(reason);
        if (reason != Rejected.FAILED) {
            // The log already has the failure with its stack.
            tell(reason, message);
        }
        return Answer.rejected(reason, message);
    }

    private void tell(Rejected reason, String message) {
        lines.warn(reason.name(), "A request to the server API was rejected with " + reason.status() + ": " + message);
    }

    private ApiMethod method(ApiRequest request) {
        if (request.method().isEmpty()) {
            throw new RejectedException(
                    Rejected.UNKNOWN_METHOD,
                    "commands in lines, as older libraries send them to /api, are not supported: POST each to /api/<method>,"
                            + " or all of them to /api/batch");
        }
        ApiMethod method = methods.get(request.method());
        if (method == null) {
            throw new RejectedException(
                    Rejected.UNKNOWN_METHOD,
                    KnownFields.unknown("the API has no method ", request.method(), List.copyOf(methods.keySet())));
        }
        return method;
    }

    private byte[] body(ApiRequest request) throws IOException {
        checkBody(request);
        int most = maxBodyBytes();
        // Bounded by Content-Length: with an Upgrade header (Java's HTTP client offers h2c) the container never ends
        // the body.
        int end = request.contentLength() < 0 ? most + 1 : (int) request.contentLength();
        byte[] body = request.body().readNBytes(end);
        if (body.length > most) {
            throw tooLarge(most);
        }
        return body;
    }

    private void checkBody(ApiRequest head) {
        String type = head.contentType().orElse("application/json");
        if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json")) {
            throw new RejectedException(Rejected.MEDIA_TYPE, NOT_JSON);
        }
        int most = maxBodyBytes();
        if (head.contentLength() > most) {
            throw tooLarge(most);
        }
    }

    private static RejectedException tooLarge(int most) {
        return new RejectedException(
                Rejected.TOO_LARGE, "the body is larger than " + most + " bytes: send less in one request");
    }

    private Answer carryOut(String name, ApiMethod method, byte[] body) {
        counters.commands.increment();
        Parameters parameters = parameters(name, body);
        Result result;
        try (PublishBatch publishes = new PublishBatch(publisher)) {
            result = method.call(parameters, publishes);
        }
        if (method != batch) {
            return answered(result);
        }
        JsonWriter writer = new JsonWriter(256);
        result.write(writer);
        return new Answer(200, writer.bytes());
    }

    private static Parameters parameters(String name, byte[] body) {
        JsonFields fields = JsonFields.read(body);
        ApiFields.of(name).check(fields);
        return new Parameters(fields);
    }

    private static Answer answered(Result result) {
        JsonWriter writer = new JsonWriter(256);
        result.write(writer.raw("{\"result\":"));
        writer.raw("}");
        return new Answer(200, writer.bytes());
    }
}
