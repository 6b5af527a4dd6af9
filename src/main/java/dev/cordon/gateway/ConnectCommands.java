package dev.cordon.gateway;

import dev.cordon.auth.Identity;
import dev.cordon.auth.InvalidTokenException;
import dev.cordon.auth.InvalidTokenException.Reason;
import dev.cordon.hook.ConnectionEvents;
import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.HookClient;
import dev.cordon.hook.SessionEvent;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.Connection;
import dev.cordon.manager.OpenResult;
import dev.cordon.manager.UserContext;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Command;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.SubscribeReply;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Connect and refresh, the commands that carry a token. Confined to the handler's one worker at a time. */
final class ConnectCommands {
    /** Shortest lifetime of a token that a client is told. The SDK asks for a fresh token when it is over. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(ConnectCommands.class.getName());

    private final Connection connection;
    private final Gateway gateway;
    private final Map<String, String> headers;
    private final Optional<Identity> known;
    private boolean acknowledges;

    /** What hooks are told of this connection; null without hooks, and before the token was verified. */
    private @Nullable HookClient client;

    private Optional<ConnectionEvents> events = Optional.empty();

    /**
     * @param headers headers of the handshake that the application's hooks may see
     * @param known the identity of the client's token, if it was verified before
     */
    ConnectCommands(Connection connection, Gateway gateway, Map<String, String> headers, Optional<Identity> known) {
        this.connection = connection;
        this.gateway = gateway;
        this.headers = headers;
        this.known = known;
    }

    /** @param then runs once the connect has been answered, on this thread, the tick's, the log's or the hooks' */
    void connect(Command.Connect command, Runnable then) {
        if (connection.state() != Connection.State.OPENING) {
            reject(
                    SocketCounters.Rejected.BAD_REQUEST,
                    Disconnect.BAD_REQUEST.because(
                            "this connection has sent connect already; refresh brings a fresh token"));
            then.run();
            return;
        }
        try {
            Optional<UserContext> context = authenticate(command);
            if (context.isPresent()) {
                decide(command, context.get(), then);
            } else {
                then.run();
            }
        } catch (RuntimeException e) {
            failed(e);
            then.run();
        }
    }

    /**
     * Closes the connection after a failed connect. If it stayed half connected, the client would think it missed
     * nothing.
     */
    private void failed(RuntimeException cause) {
        LOG.log(Level.ERROR, "A connect failed", cause);
        connection.close(Disconnect.FORCE_RECONNECT);
    }

    /** Answers that the log is unavailable. The client reconnects after the error, or else after the close. */
    private void unavailable(long id) {
        connection.send(encoding().error(id, ErrorCode.UNAVAILABLE));
        connection.drainAndClose(Disconnect.FORCE_RECONNECT);
    }

    /** Answers that too many tokens wait for their keys. The client reconnects. */
    void busy(long id) {
        connection.send(encoding().error(id, ErrorCode.INTERNAL));
        connection.drainAndClose(Disconnect.FORCE_RECONNECT);
    }

    private Optional<UserContext> authenticate(Command.Connect command) {
        if (command.token().isEmpty() && known.isEmpty()) {
            String misspelled = command.ignored().map(why -> ": " + why).orElse("");
            reject(
                    SocketCounters.Rejected.TOKEN,
                    Disconnect.INVALID_TOKEN.because("connect has no token" + misspelled));
            return Optional.empty();
        }
        try {
            Identity identity = known.isPresent()
                    ? known.get()
                    : gateway.verifier.verify(command.token().orElse(""));
            if (!gateway.userMayConnect(identity.user())) {
                gateway.counters.reject(SocketCounters.Rejected.RATE_USER);
                connection.send(encoding().error(command.id(), ErrorCode.TOO_MANY_REQUESTS));
                return Optional.empty();
            }
            // A session without a name never comes back, so no position is stored for it.
            acknowledges = command.acknowledges()
                    && (identity.session().isPresent() || command.session().isPresent());
            return Optional.of(context(identity, session(identity, command)));
        } catch (InvalidTokenException e) {
            if (e.reason() == Reason.EXPIRED) {
                gateway.counters.reject(SocketCounters.Rejected.TOKEN);
                connection.send(encoding().error(command.id(), ErrorCode.TOKEN_EXPIRED));
            } else {
                rejectToken(command.id(), e);
            }
        } catch (IllegalArgumentException e) {
            String why = "data." + e.getMessage();
            gateway.rejections.answering(connection, ErrorCode.BAD_REQUEST, why);
            connection.send(encoding().error(command.id(), ErrorCode.BAD_REQUEST, why));
        }
        return Optional.empty();
    }

    private void rejectToken(long id, InvalidTokenException why) {
        switch (why.reason()) {
            case EXPIRED -> end(SocketCounters.Rejected.TOKEN, Disconnect.EXPIRED);
            case KEYS_UNAVAILABLE ->
                connection.send(encoding().error(id, ErrorCode.INTERNAL, String.valueOf(why.getMessage())));
            case INVALID ->
                // The verifier has logged the reason, as it does for tokens on every way in.
                end(SocketCounters.Rejected.TOKEN, Disconnect.INVALID_TOKEN.because(String.valueOf(why.getMessage())));
        }
    }

    private void reject(SocketCounters.Rejected reason, Disconnect disconnect) {
        gateway.rejections.closing(connection, disconnect);
        end(reason, disconnect);
    }

    private void end(SocketCounters.Rejected reason, Disconnect disconnect) {
        gateway.counters.reject(reason);
        connection.close(disconnect);
    }

    /** Returns the token's session, or else the client's. Without either, the connection is its own session. */
    private SessionId session(Identity identity, Command.Connect command) {
        return identity.session()
                .or(() -> command.session().map(SessionId::new))
                .orElseGet(() -> new SessionId(connection.id().value()));
    }

    /**
     * Makes the context of a verified token. A token that is valid only by the verifier's leeway counts as ending in
     * {@link #SHORTEST}. Otherwise the next tick would close the accepted connection as expired, before its client can
     * refresh.
     */
    private UserContext context(Identity identity, SessionId session) {
        Instant soonest = gateway.clock.instant().plus(SHORTEST);
        Instant expires = identity.expires().isBefore(soonest) ? soonest : identity.expires();
        return new UserContext(identity.user(), session, identity.publisher(), identity.operator(), expires);
    }

    /** Asks the application, if it decides on connects. */
    private void decide(Command.Connect command, UserContext context, Runnable then) {
        if (gateway.hooks.any()) {
            client = new HookClient(
                    context.user(),
                    context.session(),
                    connection.id(),
                    command.clientName(),
                    command.clientVersion(),
                    connection.transport(),
                    encoding().binary() ? "protobuf" : "json",
                    headers);
        }
        if (!gateway.hooks.decides(HookCall.Kind.CONNECT)) {
            admit(command, context, HookAnswer.ACCEPT, then);
            return;
        }
        // Never taken back: an answer opens the connection, or ends it.
        connection.waitForAdmission(true);
        gateway.hooks.ask(new HookCall.Connect(client(), command.data(), context.expires()), answer -> {
            try {
                decided(command, context, answer, then);
            } catch (RuntimeException e) {
                failed(e);
                then.run();
            }
        });
    }

    private void decided(Command.Connect command, UserContext context, HookAnswer answer, Runnable then) {
        if (answer instanceof HookAnswer.Accept accept) {
            admit(command, until(context, accept.expires()), accept, then);
            return;
        }
        gateway.counters.reject(SocketCounters.Rejected.POLICY);
        refuse(command.id(), answer);
        then.run();
    }

    /** Ends a connection that the application does not let in, or no longer. */
    private void refuse(long id, HookAnswer answer) {
        if (answer instanceof HookAnswer.Fail fail) {
            connection.send(encoding().error(id, fail.code(), fail.message(), fail.temporary()));
            connection.drainAndClose(fail.temporary() ? Disconnect.FORCE_RECONNECT : Disconnect.PERMISSION_DENIED);
        } else if (answer instanceof HookAnswer.Close close) {
            connection.drainAndClose(close.why());
        }
    }

    /** Returns the context with an earlier end, if the application has set one. */
    private UserContext until(UserContext context, Optional<Instant> expires) {
        if (expires.isEmpty() || !expires.get().isBefore(context.expires())) {
            return context;
        }
        Instant soonest = gateway.clock.instant().plus(SHORTEST);
        return new UserContext(
                context.user(),
                context.session(),
                context.publisher(),
                context.operator(),
                expires.get().isBefore(soonest) ? soonest : expires.get());
    }

    /** What hooks are told of this connection. Only with hooks, and behind a verified token. */
    HookClient client() {
        HookClient known = client;
        if (known == null) {
            throw new IllegalStateException("no hooks");
        }
        return known;
    }

    /** Where the application hears of this connection. Empty if it does not listen. */
    Optional<ConnectionEvents> events() {
        return events;
    }

    private void admit(Command.Connect command, UserContext context, HookAnswer.Accept accept, Runnable then) {
        Channel personal = Channel.personal(context.user());
        connection.attach(context, personal);
        List<Channel> more = accept.channels().isEmpty() ? List.of() : attach(context, accept.channels());
        gateway.admissions.admit(connection, context, result -> {
            if (result instanceof OpenResult.Opened) {
                opened(command, context, accept.data(), personal, more, then);
                return;
            }
            if (result instanceof OpenResult.LimitReached) {
                reject(SocketCounters.Rejected.LIMIT, Disconnect.CONNECTION_LIMIT);
            } else if (result instanceof OpenResult.Unavailable) {
                unavailable(command.id());
            }
            then.run();
        });
    }

    /**
     * Completes the connect on a thread that may wait for the log. The tick, which brings a probe's answer, must not
     * wait.
     */
    private void opened(
            Command.Connect command,
            UserContext context,
            Optional<Payload> data,
            Channel personal,
            List<Channel> more,
            Runnable then) {
        begin();
        try {
            gateway.log.patiently(() -> {
                try {
                    welcome(command, context, data, personal, more);
                } catch (LogUnavailableException e) {
                    unavailable(command.id());
                } catch (RuntimeException e) {
                    failed(e);
                } finally {
                    then.run();
                }
            });
        } catch (LogUnavailableException e) {
            unavailable(command.id());
            then.run();
        }
    }

    /** From now on the connection's end is noticed. The application hears of it if it has heard of the beginning. */
    private void begin() {
        HookClient known = client;
        if (known == null) {
            return;
        }
        events = gateway.hooks.eventsOf(known);
        if (connection.state() == Connection.State.CLOSED) {
            // Perhaps it has ended before it was known there. Without a reason yet, its end is still to be told.
            connection.ending().ifPresent(why -> gateway.hooks.ended(connection.id(), why));
        }
    }

    /** Attaches to the channels that the application adds. Returns those to which the connection may subscribe. */
    private List<Channel> attach(UserContext context, List<Channel> channels) {
        List<Channel> attached = new ArrayList<>(channels.size());
        for (Channel channel : channels) {
            Optional<ErrorCode> rejected =
                    channel.reserved() ? Optional.of(ErrorCode.PERMISSION_DENIED) : connection.attach(context, channel);
            if (rejected.isEmpty()) {
                attached.add(channel);
            } else if (rejected.get() != ErrorCode.ALREADY_SUBSCRIBED) {
                gateway.rejections.notAdded(context.user(), channel, rejected.get());
            }
        }
        return attached;
    }

    private SubscribeReply recover(Command.Connect command, UserContext context, Channel channel) {
        Optional<StreamPosition> since = command.resume().getOrDefault(channel.name(), Optional.empty());
        return Recovery.of(gateway.log, channel, context.session(), since, acknowledges);
    }

    private void welcome(
            Command.Connect command,
            UserContext context,
            Optional<Payload> data,
            Channel personal,
            List<Channel> more) {
        SubscribeReply reply = recover(command, context, personal);
        Map<Channel, SubscribeReply> added = more.isEmpty() ? Map.of() : new LinkedHashMap<>();
        more.forEach(channel -> added.put(channel, recover(command, context, channel)));
        Frame frame = encoding()
                .connect(
                        command.id(),
                        connection.id(),
                        ttlSeconds(context),
                        gateway.limits.get().pingInterval().toSeconds(),
                        data,
                        gateway.shownNode.get(),
                        personal,
                        reply,
                        added);
        // Nothing more can be rejected. Before the reply, so that what the client does next comes behind.
        events.ifPresent(ConnectionEvents::connected);
        connection.goLive(personal, reply.position(), frame, gateway.log);
        added.forEach((channel, recovered) -> {
            connection.goLiveToo(channel, recovered.position(), gateway.log);
            events.ifPresent(of -> of.happened(SessionEvent.Kind.SUBSCRIBED, channel));
        });
    }

    /** Whether the client has said that it acknowledges its messages. */
    boolean acknowledges() {
        return acknowledges;
    }

    /**
     * Replaces the connection's token. An expired token ends the connection with 3005, as the end of its present token
     * would. On error 109 the browser SDK would stop for good here; after 3005 it gets another token and reconnects.
     *
     * @param then runs once the refresh has been answered, unless this throws; on this thread or the hooks'
     */
    void refresh(Command.Refresh command, Runnable then) {
        UserContext fresh;
        try {
            Identity identity = gateway.verifier.verify(command.token());
            fresh = context(identity, connection.context().orElseThrow().session());
        } catch (InvalidTokenException e) {
            rejectToken(command.id(), e);
            then.run();
            return;
        }
        if (!gateway.hooks.decides(HookCall.Kind.REFRESH)
                || !connection.context().orElseThrow().user().equals(fresh.user())) {
            refreshed(command.id(), fresh);
            then.run();
            return;
        }
        gateway.hooks.ask(new HookCall.Refresh(client(), fresh.expires()), answer -> {
            try {
                if (answer instanceof HookAnswer.Accept accept) {
                    refreshed(command.id(), until(fresh, accept.expires()));
                } else if (answer instanceof HookAnswer.Fail fail && fail.temporary()) {
                    // The client asks again while its present token lasts.
                    connection.send(encoding().error(command.id(), fail.code(), fail.message(), true));
                } else {
                    refuse(command.id(), answer);
                }
            } finally {
                then.run();
            }
        });
    }

    private void refreshed(long id, UserContext fresh) {
        if (connection.refresh(fresh)) {
            connection.send(encoding().refresh(id, connection.id(), ttlSeconds(fresh)));
        } else {
            connection.send(encoding().error(id, ErrorCode.PERMISSION_DENIED));
        }
    }

    /** Whole seconds until the token expires, at least one. The SDK asks for a fresh token when they are over. */
    private long ttlSeconds(UserContext context) {
        Duration left = Duration.between(gateway.clock.instant(), context.expires());
        return Math.max(SHORTEST.toSeconds(), left.toSeconds());
    }

    private Encoding encoding() {
        return connection.encoding();
    }
}
