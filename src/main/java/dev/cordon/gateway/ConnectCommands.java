package dev.cordon.gateway;

import dev.cordon.auth.Identity;
import dev.cordon.auth.InvalidTokenException;
import dev.cordon.auth.InvalidTokenException.Reason;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.Connection;
import dev.cordon.manager.OpenResult;
import dev.cordon.manager.UserContext;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Command;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.SubscribeReply;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Connect and refresh, the commands that carry a token. Confined to the handler's one worker at a time. */
final class ConnectCommands {
    /** Shortest lifetime of a token that a client is told. The SDK asks for a fresh token when it is over. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(ConnectCommands.class.getName());

    private final Connection connection;
    private final Gateway gateway;
    private boolean acknowledges;

    ConnectCommands(Connection connection, Gateway gateway) {
        this.connection = connection;
        this.gateway = gateway;
    }

    /** @param then runs once the connect has been answered, on this thread or the tick's */
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
                admit(command, context.get(), then);
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
        connection.send(FrameWriter.error(id, ErrorCode.UNAVAILABLE));
        connection.drainAndClose(Disconnect.FORCE_RECONNECT);
    }

    /** Answers that too many tokens wait for their keys. The client reconnects. */
    void busy(long id) {
        connection.send(FrameWriter.error(id, ErrorCode.INTERNAL));
        connection.drainAndClose(Disconnect.FORCE_RECONNECT);
    }

    private Optional<UserContext> authenticate(Command.Connect command) {
        if (command.token().isEmpty()) {
            String misspelled = command.ignored().map(why -> ": " + why).orElse("");
            reject(
                    SocketCounters.Rejected.TOKEN,
                    Disconnect.INVALID_TOKEN.because("connect has no token" + misspelled));
            return Optional.empty();
        }
        try {
            Identity identity = gateway.verifier.verify(command.token().get());
            if (!gateway.userMayConnect(identity.user())) {
                gateway.counters.reject(SocketCounters.Rejected.RATE_USER);
                connection.send(FrameWriter.error(command.id(), ErrorCode.TOO_MANY_REQUESTS));
                return Optional.empty();
            }
            // A session without a name never comes back, so no position is stored for it.
            acknowledges = command.acknowledges()
                    && (identity.session().isPresent() || command.session().isPresent());
            return Optional.of(context(identity, session(identity, command)));
        } catch (InvalidTokenException e) {
            if (e.reason() == Reason.EXPIRED) {
                gateway.counters.reject(SocketCounters.Rejected.TOKEN);
                connection.send(FrameWriter.error(command.id(), ErrorCode.TOKEN_EXPIRED));
            } else {
                rejectToken(command.id(), e);
            }
        } catch (IllegalArgumentException e) {
            String why = "data." + e.getMessage();
            gateway.rejections.answering(connection, ErrorCode.BAD_REQUEST, why);
            connection.send(FrameWriter.error(command.id(), ErrorCode.BAD_REQUEST, why));
        }
        return Optional.empty();
    }

    private void rejectToken(long id, InvalidTokenException why) {
        switch (why.reason()) {
            case EXPIRED -> end(SocketCounters.Rejected.TOKEN, Disconnect.EXPIRED);
            case KEYS_UNAVAILABLE ->
                connection.send(FrameWriter.error(id, ErrorCode.INTERNAL, String.valueOf(why.getMessage())));
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

    private void admit(Command.Connect command, UserContext context, Runnable then) {
        Channel personal = Channel.personal(context.user());
        connection.attach(context, personal);
        gateway.admissions.admit(connection, context, result -> {
            if (result instanceof OpenResult.Opened) {
                opened(command, context, personal, then);
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
    private void opened(Command.Connect command, UserContext context, Channel personal, Runnable then) {
        try {
            gateway.log.patiently(() -> {
                try {
                    welcome(command, context, personal);
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

    private void welcome(Command.Connect command, UserContext context, Channel personal) {
        Optional<StreamPosition> since = command.resume().getOrDefault(personal.name(), Optional.empty());
        SubscribeReply reply = Recovery.of(gateway.log, personal, context.session(), since, acknowledges);
        connection.goLive(
                personal,
                reply.position(),
                FrameWriter.connect(
                        command.id(),
                        connection.id(),
                        ttlSeconds(context),
                        gateway.limits.get().pingInterval().toSeconds(),
                        gateway.shownNode.get(),
                        personal,
                        reply),
                gateway.log);
    }

    /** Whether the client has said that it acknowledges its messages. */
    boolean acknowledges() {
        return acknowledges;
    }

    /**
     * Replaces the connection's token. An expired token ends the connection with 3005, as the end of its present token
     * would. On error 109 the browser SDK would stop for good here; after 3005 it gets another token and reconnects.
     */
    void refresh(Command.Refresh command) {
        try {
            Identity identity = gateway.verifier.verify(command.token());
            UserContext present = connection.context().orElseThrow();
            UserContext fresh = context(identity, present.session());
            if (connection.refresh(fresh)) {
                connection.send(FrameWriter.refresh(command.id(), connection.id(), ttlSeconds(fresh)));
            } else {
                connection.send(FrameWriter.error(command.id(), ErrorCode.PERMISSION_DENIED));
            }
        } catch (InvalidTokenException e) {
            rejectToken(command.id(), e);
        }
    }

    /** Whole seconds until the token expires, at least one. The SDK asks for a fresh token when they are over. */
    private long ttlSeconds(UserContext context) {
        Duration left = Duration.between(gateway.clock.instant(), context.expires());
        return Math.max(SHORTEST.toSeconds(), left.toSeconds());
    }
}
