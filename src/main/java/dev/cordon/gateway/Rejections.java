package dev.cordon.gateway;

import dev.cordon.manager.Connection;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.protocol.UserId;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The operator's log of rejected clients: one line a reason every {@link RateLimitedLog#EVERY}, with the last such
 * client's address. The client reads the same words in its close reason or error. Thread-safe.
 *
 * <p>Reasons are the server's own words. They form a closed set, except for the name of an unknown field or method,
 * which makes no reason of its own.
 */
public final class Rejections {
    private static final Pattern BEFORE_THE_NAME = Pattern.compile(" has no (field|method) ");

    private final RateLimitedLog log;

    /** @param nanos a clock as {@link System#nanoTime()} */
    Rejections(LongSupplier nanos) {
        this.log = new RateLimitedLog(System.getLogger(Rejections.class.getName()), nanos);
    }

    /** Logs that a connection is about to be closed because of its client's input. */
    void closing(Connection connection, Disconnect why) {
        tell(connection.remoteAddress(), why.code(), why.reason());
    }

    /** Logs a command's error that the client's programmer must correct. */
    void answering(Connection connection, ErrorCode code, String why) {
        tell(connection.remoteAddress(), code.code(), why);
    }

    /** Logs that the application has added a channel to a connect that the connection may not have. */
    void notAdded(UserId user, Channel channel, ErrorCode why) {
        log.warn(
                "added" + why.code(),
                "The application added the channel " + channel.name() + " to a connect of the user " + user
                        + ", and it was left out: " + why.message());
    }

    private static String cause(String reason) {
        Matcher name = BEFORE_THE_NAME.matcher(reason);
        return name.find() ? reason.substring(0, name.start()) : reason;
    }

    /** @param code the code of the close or of the error */
    public void tell(String address, int code, String reason) {
        log.warn(code + cause(reason), "A client at " + address + " was rejected with " + code + ": " + reason);
    }
}
