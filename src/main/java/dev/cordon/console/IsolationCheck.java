package dev.cordon.console;

import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection;
import dev.cordon.manager.OpenResult;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.publish.Publisher;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A self-test of isolation on the running node. {@value #USERS} made-up users connect in memory through the node's own factory. The node's
 * publisher and log send each of them {@value #MESSAGES} messages in turn. Each user must receive its own messages only, in order, and must be
 * rejected by its neighbour's channel. Afterwards the users and their messages are removed. The node's metrics count them. Thread-safe: one
 * check runs at a time.
 */
public final class IsolationCheck {
    static final int USERS = 8;
    static final int MESSAGES = 25;
    private static final Duration LIFE = Duration.ofMinutes(1);

    private final WebSocketManagerFactory factory;
    private final Publisher publisher;
    private final UserLog log;
    private final Clock clock;
    private final Ticker ticker;

    public IsolationCheck(
            WebSocketManagerFactory factory, Publisher publisher, UserLog log, Clock clock, Ticker ticker) {
        this.factory = factory;
        this.publisher = publisher;
        this.log = log;
        this.clock = clock;
        this.ticker = ticker;
    }

    private record Member(UserContext context, Channel channel, CheckTransport wire, Connection connection) {}

    synchronized Map<String, Object> run() {
        long start = ticker.nanos();
        List<Member> members = new ArrayList<>();
        List<Map<String, Object>> findings;
        try {
            String run = UUID.randomUUID().toString();
            for (int i = 0; i < USERS; i++) {
                members.add(join(new UserId("cordon-check-" + run + "-" + i)));
            }
            publish(members);
            findings = judge(members);
        } finally {
            members.forEach(this::leave);
        }
        return Map.of(
                "ok",
                findings.stream().allMatch(finding -> Boolean.TRUE.equals(finding.get("ok"))),
                "findings",
                findings,
                "took_seconds",
                (ticker.nanos() - start) / 1e9);
    }

    private Member join(UserId user) {
        CheckTransport wire = new CheckTransport();
        Connection connection = factory.accept(wire)
                .orElseThrow(() -> new ConsoleRejection(409, "no room for the check: the node is full or draining"));
        UserContext context = new UserContext(
                user, new SessionId("check"), false, clock.instant().plus(LIFE));
        Channel channel = Channel.personal(user);
        connection.attach(context, channel);
        if (!(factory.open(connection, context) instanceof OpenResult.Opened)) {
            connection.close(Disconnect.NORMAL);
            throw new ConsoleRejection(409, "no room for the check: the limits are too low");
        }
        connection.goLive(channel, log.top(channel), Frame.of("{}"), log);
        connection.drain();
        return new Member(context, channel, wire, connection);
    }

    private void publish(List<Member> members) {
        for (int n = 0; n < MESSAGES; n++) {
            try (WriteBatch writes = new WriteBatch()) {
                for (Member member : members) {
                    Payload payload = Payload.json("{\"check\":\"" + mark(member, n) + "\"}");
                    publisher.publish(member.channel(), payload, Optional.empty(), writes);
                }
            }
        }
    }

    private static String mark(Member member, int n) {
        return member.context().user().value() + "/" + n;
    }

    private static List<Map<String, Object>> judge(List<Member> members) {
        int own = 0;
        int foreign = 0;
        int rejected = 0;
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            Member neighbour = members.get((i + 1) % members.size());
            List<String> received = member.wire().marks();
            for (int n = 0; n < received.size(); n++) {
                own += received.get(n).equals(mark(member, n)) ? 1 : 0;
            }
            String name = member.context().user().value() + "/";
            foreign += (int)
                    received.stream().filter(mark -> !mark.startsWith(name)).count();
            rejected += member.connection()
                            .attach(member.context(), neighbour.channel())
                            .isPresent()
                    ? 1
                    : 0;
        }
        return List.of(
                finding("own messages received, in order", own, USERS * MESSAGES),
                finding("messages of others received", foreign, 0),
                finding("subscriptions to another's channel rejected", rejected, USERS));
    }

    private static Map<String, Object> finding(String what, int found, int expected) {
        return Map.of("what", what, "found", found, "expected", expected, "ok", found == expected);
    }

    private void leave(Member member) {
        member.connection().close(Disconnect.NORMAL);
        log.remove(member.channel());
    }
}
