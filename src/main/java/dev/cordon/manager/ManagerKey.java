package dev.cordon.manager;

import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;

/** The key of a manager: two typed parts, never a joined string, because {@code a:b + c} is not {@code a + b:c}. */
public record ManagerKey(UserId user, SessionId session) {}
