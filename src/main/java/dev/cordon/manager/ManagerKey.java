package dev.cordon.manager;

import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;

/** Names a manager. A record of two typed parts and never a joined string: {@code a:b + c} is not {@code a + b:c}. */
public record ManagerKey(UserId user, SessionId session) {}
