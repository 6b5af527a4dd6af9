package dev.cordon.gateway;

import dev.cordon.cluster.Presence;
import dev.cordon.cluster.UnansweredException;
import dev.cordon.hook.ConnectionEvents;
import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.SessionEvent;
import dev.cordon.log.Append;
import dev.cordon.log.Backlog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UnknownPositionException;
import dev.cordon.manager.Connection;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Command;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.KnownFields;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.SubscribeReply;
import dev.cordon.publish.Publisher;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The channel commands of a connected client. Another user's channel and a name that is no channel are rejected alike,
 * whether the channel exists or not. Confined to the handler's one worker at a time.
 */
final class ChannelCommands {
    private static final System.Logger LOG = System.getLogger(ChannelCommands.class.getName());

    private final Connection connection;
    private final Gateway gateway;
    private final ConnectCommands connects;

    /** @param connects knows whether the client has said that it acknowledges its messages */
    ChannelCommands(Connection connection, Gateway gateway, ConnectCommands connects) {
        this.connection = connection;
        this.gateway = gateway;
        this.connects = connects;
    }

    void subscribe(Command.Subscribe command) {
        Optional<Channel> channel = own(command.id(), command.channel());
        if (channel.isEmpty()) {
            return;
        }
        Optional<ErrorCode> rejected = connection.attach(context(), channel.get());
        if (rejected.isPresent()) {
            connection.send(encoding().error(command.id(), rejected.get()));
            return;
        }
        if (channel.get().reserved()) {
            connection.send(encoding().subscribe(command.id()));
            return;
        }
        try {
            SubscribeReply reply = Recovery.of(
                    gateway.log, channel.get(), context().session(), command.since(), connects.acknowledges());
            if (command.wholeOnly() && command.since().isPresent() && !reply.recovered()) {
                connection.detach(channel.get());
                connection.send(encoding().error(command.id(), ErrorCode.UNRECOVERABLE_POSITION));
                return;
            }
            connection.goLive(channel.get(), reply.position(), encoding().subscribe(command.id(), reply), gateway.log);
            tell(SessionEvent.Kind.SUBSCRIBED, channel.get());
        } catch (RuntimeException e) {
            // A channel that stays attached but never goes live gets nothing, and a new subscribe would be rejected.
            connection.detach(channel.get());
            throw e;
        }
    }

    /**
     * Asks the application whether the client may subscribe.
     *
     * @param accepted carries the command out
     * @param answered runs instead, once the command was answered with an error
     */
    void ask(Command.Subscribe command, Runnable accepted, Runnable answered) {
        Optional<Channel> channel = own(command.id(), command.channel());
        if (channel.isEmpty()) {
            answered.run();
        } else if (channel.get().reserved() || connection.subscribed(channel.get())) {
            accepted.run();
        } else {
            gateway.hooks.ask(new HookCall.Subscribe(connects.client(), channel.get()), answer -> {
                if (answer instanceof HookAnswer.Accept) {
                    accepted.run();
                } else {
                    refuse(command.id(), answer);
                    answered.run();
                }
            });
        }
    }

    /** Passes on what the application has answered in place of a result. */
    private void refuse(long id, HookAnswer answer) {
        if (answer instanceof HookAnswer.Fail fail) {
            connection.send(encoding().error(id, fail.code(), fail.message(), fail.temporary()));
        } else if (answer instanceof HookAnswer.Close close) {
            connection.drainAndClose(close.why());
        }
    }

    void unsubscribe(Command.Unsubscribe command) {
        Optional<Channel> channel = own(command.id(), command.channel());
        if (channel.isPresent()) {
            if (connection.detach(channel.get())) {
                tell(SessionEvent.Kind.UNSUBSCRIBED, channel.get());
            }
            connection.send(encoding().unsubscribe(command.id()));
        }
    }

    private void tell(SessionEvent.Kind kind, Channel channel) {
        Optional<ConnectionEvents> events = connects.events();
        if (events.isPresent() && !channel.reserved()) {
            events.get().happened(kind, channel);
        }
    }

    void publish(Command.Publish command, WriteBatch writes) {
        Optional<Channel> channel = publishable(command);
        if (channel.isEmpty()) {
            return;
        }
        gateway.publisher.publish(channel.get(), command.data(), Optional.empty(), writes);
        connection.send(encoding().publish(command.id()));
    }

    /**
     * Returns the command's channel if this connection may publish there. Otherwise answers the command with an error.
     */
    private Optional<Channel> publishable(Command.Publish command) {
        if (!context().publisher()) {
            reject(
                    command.id(),
                    ErrorCode.PERMISSION_DENIED,
                    "the token lacks the group publisher in its claim groups");
            return Optional.empty();
        }
        Optional<Channel> channel = channel(command.id(), command.channel(), ErrorCode.UNKNOWN_CHANNEL);
        if (channel.isPresent() && channel.get().reserved()) {
            reject(command.id(), ErrorCode.PERMISSION_DENIED, "only the node publishes to the topic console");
            return Optional.empty();
        }
        return channel;
    }

    /**
     * Publishes several commands in their order, as {@link #publish} does for one. The log takes all or none.
     *
     * @param then runs once all commands have been answered, on this thread or one of the log's
     */
    void publishAll(List<Command.Publish> commands, Runnable then) {
        List<Append> appends = new ArrayList<>(commands.size());
        List<Command.Publish> accepted = new ArrayList<>(commands.size());
        for (Command.Publish command : commands) {
            Optional<Channel> channel = publishable(command);
            if (channel.isPresent()) {
                appends.add(new Append(channel.get(), command.data(), Optional.empty()));
                accepted.add(command);
            }
        }
        if (accepted.isEmpty()) {
            then.run();
            return;
        }
        CompletionStage<?> unused = gateway.publisher.publishAllLater(appends).whenComplete((receipts, failure) -> {
            accepted.forEach(command -> connection.send(
                    failure == null ? encoding().publish(command.id()) : notPublished(command.id(), failure)));
            then.run();
        });
    }

    private Frame notPublished(long id, Throwable failure) {
        RuntimeException cause = Publisher.cause(failure);
        if (cause instanceof LogUnavailableException) {
            return encoding().error(id, ErrorCode.UNAVAILABLE);
        }
        LOG.log(Level.ERROR, "Publications failed", cause);
        return encoding().error(id, ErrorCode.INTERNAL);
    }

    void history(Command.History command) {
        Optional<Channel> channel = kept(command.id(), command.channel());
        if (channel.isEmpty()) {
            return;
        }
        Backlog backlog = gateway.log.history(channel.get(), command.since(), command.limit());
        if (!backlog.complete()) {
            connection.send(encoding().error(command.id(), ErrorCode.UNRECOVERABLE_POSITION));
            return;
        }
        connection.send(encoding().history(command.id(), backlog.top(), backlog.publications()));
    }

    void presence(Command.Presence command) {
        Optional<Channel> channel = own(command.id(), command.channel());
        if (channel.isEmpty()) {
            return;
        }
        try {
            List<ConnectionId> present = gateway.presence.askedByOwner(channel.get()).stream()
                    .map(Presence.Present::client)
                    .toList();
            connection.send(encoding().presence(command.id(), channel.get().owner(), present));
        } catch (UnansweredException e) {
            connection.send(encoding()
                    .error(
                            command.id(),
                            ErrorCode.UNAVAILABLE,
                            ErrorCode.UNAVAILABLE.message() + ": a node did not answer"));
        }
    }

    /** Whether nothing is left to acknowledge. The reply is sent, so a log that is lost now is no error any more. */
    private boolean allAcknowledged(Channel channel, StreamPosition reached) {
        try {
            return reached.offset() > 0
                    && reached.equals(
                            gateway.log.history(channel, Optional.empty(), 0).top());
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "Whether all is acknowledged is not known: {0}", e.getMessage());
            return false;
        }
    }

    void acknowledge(Command.Acknowledge command) {
        Optional<Channel> channel = kept(command.id(), command.channel());
        if (channel.isEmpty()) {
            return;
        }
        try {
            StreamPosition reached =
                    gateway.log.acknowledge(channel.get(), context().session(), upto(channel.get(), command.upto()));
            connection.send(encoding().rpc(command.id(), Payload.EMPTY));
            if (gateway.hooks.hears(SessionEvent.Kind.ACKNOWLEDGED_ALL) && allAcknowledged(channel.get(), reached)) {
                tell(SessionEvent.Kind.ACKNOWLEDGED_ALL, channel.get());
            }
        } catch (UnknownPositionException e) {
            connection.send(
                    encoding().error(command.id(), ErrorCode.UNRECOVERABLE_POSITION, String.valueOf(e.getMessage())));
        }
    }

    /** Adds the subscription's epoch to a position that has none. Without one, the position means any epoch. */
    private StreamPosition upto(Channel channel, StreamPosition told) {
        if (!told.epoch().isEmpty()) {
            return told;
        }
        return connection
                .position(channel)
                .map(given -> new StreamPosition(given.epoch(), told.offset()))
                .orElse(told);
    }

    void rpc(Command.Rpc command) {
        switch (command.method()) {
            case "echo" -> connection.send(encoding().rpc(command.id(), command.data()));
            default -> {
                if (gateway.hooks.answers(command.method())) {
                    HookCall.Rpc call = new HookCall.Rpc(connects.client(), command.method(), command.data());
                    gateway.hooks.ask(call, answer -> answered(command.id(), answer));
                } else {
                    reject(command.id(), ErrorCode.METHOD_NOT_FOUND, unknownMethod(command.method()));
                }
            }
        }
    }

    /** Passes on the application's answer to an rpc. Other commands may have been answered meanwhile. */
    private void answered(long id, HookAnswer answer) {
        if (answer instanceof HookAnswer.Accept accept) {
            connection.send(encoding().rpc(id, accept.data().orElse(Payload.EMPTY)));
        } else {
            refuse(id, answer);
        }
        connection.drain();
    }

    private static String unknownMethod(String method) {
        return method.isEmpty()
                ? "rpc has no method"
                : KnownFields.unknown("rpc has no method ", method, List.of("echo", "ack"));
    }

    private Optional<Channel> own(long id, String name) {
        Optional<Channel> channel = channel(id, name, ErrorCode.PERMISSION_DENIED);
        if (channel.isPresent() && !channel.get().owner().equals(context().user())) {
            connection.send(encoding().error(id, ErrorCode.PERMISSION_DENIED));
            return Optional.empty();
        }
        if (channel.isPresent() && channel.get().reserved() && !context().operator()) {
            reject(id, ErrorCode.PERMISSION_DENIED, "the topic console is for tokens whose groups have operator");
            return Optional.empty();
        }
        return channel;
    }

    /** Returns a channel of the connection's user whose messages the log stores. Otherwise answers with an error. */
    private Optional<Channel> kept(long id, String name) {
        Optional<Channel> channel = own(id, name);
        if (channel.isPresent() && channel.get().reserved()) {
            reject(id, ErrorCode.NOT_AVAILABLE, "nothing is kept of the topic console");
            return Optional.empty();
        }
        return channel;
    }

    /**
     * Parses a channel's name. An invalid name is rejected with a reason, which says only what the sender can see in
     * it.
     *
     * @param code the error code of the rejection
     */
    private Optional<Channel> channel(long id, String name, ErrorCode code) {
        try {
            return Optional.of(Channel.parse(name));
        } catch (IllegalArgumentException e) {
            reject(id, code, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Answers with an error, and logs for the operator what the client's programmer must correct. */
    void reject(long id, ErrorCode code, String why) {
        String message = code.message() + ": " + why;
        gateway.rejections.answering(connection, code, message);
        connection.send(encoding().error(id, code, message));
    }

    private UserContext context() {
        return connection.context().orElseThrow();
    }

    private Encoding encoding() {
        return connection.encoding();
    }
}
