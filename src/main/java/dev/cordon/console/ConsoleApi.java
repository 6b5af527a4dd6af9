package dev.cordon.console;

import dev.cordon.auth.Identity;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.cluster.UnansweredException;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.Ticker;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.KnownFields;
import dev.cordon.protocol.Quoted;
import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.upkeep.Drain;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The HTTP resource of the console, without its container: {@code GET state}, {@code GET user}, {@code POST disconnect, drain, cleanup,
 * check}. It logs each action of an operator, with the operator's name. Thread-safe.
 */
public final class ConsoleApi {
    /** Longest body in bytes; no request needs as much. */
    static final int MAX_BODY_BYTES = 4096;

    private static final ConsoleAnswer GOOD = new ConsoleAnswer(200, "");

    private static final System.Logger LOG = System.getLogger(ConsoleApi.class.getName());

    private static final KnownFields DRAIN = KnownFields.of("drain", "node");

    private static final KnownFields DISCONNECT = KnownFields.of("disconnect", "user", "reconnect");

    private final RateLimitedLog log = new RateLimitedLog(LOG);

    private final OperatorAuth auth;
    private final ConsoleSources sources;
    private final NodeView node;
    private final UserView users;
    private final NodeDrain drains;
    private final IsolationCheck check;
    private final ConsoleFeed feed;
    private final Operators operators;

    public ConsoleApi(
            TokenVerifier verifier, ConsoleSources sources, Drain drain, IsolationCheck check, Ticker ticker) {
        this.auth = new OperatorAuth(verifier);
        this.sources = sources;
        this.node = new NodeView(sources);
        this.users = new UserView(sources);
        this.drains = new NodeDrain(sources, drain);
        this.check = check;
        this.operators = new Operators(sources.clock(), ticker);
        this.feed = new ConsoleFeed(node, operators, sources.factory());
    }

    /** What answers the questions of other nodes' consoles, by kind. Whoever asks has checked its operator. */
    public Map<String, UnaryOperator<String>> respondents() {
        return Map.of(UserView.KIND, users::answer, NodeDrain.KIND, drains::answer);
    }

    /** The live feed, for the timer. */
    public ConsoleFeed feed() {
        return feed;
    }

    /** Rejects a request by its head alone, before its body is read. Returns empty if the body is wanted. */
    Optional<ConsoleAnswer> rejectHead(ConsoleRequest head, long announced) {
        ConsoleAnswer answer = guarded(() -> {
            auth.check(head.authorization());
            if (!head.verb().equals("GET") && !head.verb().equals("POST")) {
                throw new ConsoleRejection(405, "GET or POST");
            }
            if (announced > MAX_BODY_BYTES) {
                throw new ConsoleRejection(413, "at most " + MAX_BODY_BYTES + " bytes");
            }
            return GOOD;
        });
        return answer.equals(GOOD) ? Optional.empty() : Optional.of(answer);
    }

    /** Answers one request. Never throws. */
    ConsoleAnswer answer(ConsoleRequest request) {
        return guarded(() -> {
            Identity operator = auth.check(request.authorization());
            return switch (request.verb()) {
                case "GET" -> look(request, operator);
                case "POST" -> act(request, operator);
                default -> throw new ConsoleRejection(405, "GET or POST");
            };
        });
    }

    private ConsoleAnswer reject(int status, String why) {
        log.warn(status + why, "A request to the console was rejected with " + status + ": " + why);
        return ConsoleAnswer.rejected(status, why);
    }

    private ConsoleAnswer guarded(Supplier<ConsoleAnswer> how) {
        try {
            return how.get();
        } catch (ConsoleRejection e) {
            return reject(e.status(), String.valueOf(e.getMessage()));
        } catch (InvalidJsonException | IllegalArgumentException e) {
            return reject(400, String.valueOf(e.getMessage()));
        } catch (UnansweredException | LogUnavailableException e) {
            return reject(503, e.getMessage() + ": try again");
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A request to the console failed", e);
            return ConsoleAnswer.rejected(500, "the server's log has the error");
        }
    }

    private ConsoleAnswer look(ConsoleRequest request, Identity operator) {
        return switch (request.path()) {
            case "state" -> {
                operators.seen(operator);
                yield ConsoleAnswer.ok(node.read());
            }
            case "user" ->
                new ConsoleAnswer(200, users.read(new UserId(request.user().orElse(""))));
            case "disconnect", "drain", "cleanup", "check" -> throw new ConsoleRejection(405, "only POST");
            default -> throw unknown();
        };
    }

    private ConsoleAnswer act(ConsoleRequest request, Identity operator) {
        return switch (request.path()) {
            case "disconnect" -> disconnect(JsonFields.read(request.body().getBytes(StandardCharsets.UTF_8)), operator);
            case "drain" -> drain(request.body(), operator);
            case "cleanup" -> cleanup(operator);
            case "check" -> check(operator);
            case "state", "user" -> throw new ConsoleRejection(405, "only GET");
            default -> throw unknown();
        };
    }

    private static ConsoleRejection unknown() {
        return new ConsoleRejection(404, "GET state, GET user, POST disconnect, drain, cleanup or check");
    }

    private ConsoleAnswer disconnect(JsonFields fields, Identity operator) {
        DISCONNECT.check(fields);
        UserId user = new UserId(fields.string("user").orElse(""));
        Disconnect how = fields.bool("reconnect") ? Disconnect.FORCE_RECONNECT : Disconnect.FORCE_NO_RECONNECT;
        DisconnectOrder order = DisconnectOrder.all(user, how);
        int ended = sources.factory().disconnectHere(order, Duration.ZERO);
        LOG.log(
                Level.INFO,
                "Operator {0} ended {1} connections of user {2} with {3}",
                named(operator),
                ended,
                Quoted.of(user.value()),
                Integer.toString(how.code()));
        try {
            sources.factory().passOn(order);
        } catch (LogUnavailableException e) {
            throw new ConsoleRejection(503, "ended on this node only: " + e.getMessage());
        }
        return ConsoleAnswer.ok(Map.of("disconnected", ended));
    }

    /** @param body names the node; without one, this node is meant */
    private ConsoleAnswer drain(String body, Identity operator) {
        JsonFields fields = JsonFields.read((body.isBlank() ? "{}" : body).getBytes(StandardCharsets.UTF_8));
        DRAIN.check(fields);
        drains.begin(fields.string("node").orElse(sources.node().id()), named(operator));
        return new ConsoleAnswer(202, JsonWriter.toJson(Map.of("draining", true)));
    }

    private ConsoleAnswer check(Identity operator) {
        if (!sources.factory().accepting()) {
            throw new ConsoleRejection(409, "this node is draining: it publishes nothing more");
        }
        LOG.log(Level.INFO, "Operator {0} runs the isolation check", named(operator));
        return ConsoleAnswer.ok(check.run());
    }

    private static String named(Identity operator) {
        return Quoted.of(operator.user().value());
    }

    private ConsoleAnswer cleanup(Identity operator) {
        LOG.log(Level.INFO, "Operator {0} runs the cleanup", named(operator));
        return ConsoleAnswer.ok(Map.of(
                "sweeps",
                sources.cleanup().run().stream()
                        .map(report -> Map.of(
                                "sweep", report.sweep(),
                                "found", report.found(),
                                "removed", report.removed(),
                                "took_seconds", report.took().toNanos() / 1e9))
                        .toList()));
    }

    /** Rejects a body that is longer than its head announced. */
    static Optional<ConsoleAnswer> tooLarge(byte[] body) {
        return body.length > MAX_BODY_BYTES
                ? Optional.of(ConsoleAnswer.rejected(413, "at most " + MAX_BODY_BYTES + " bytes"))
                : Optional.empty();
    }
}
