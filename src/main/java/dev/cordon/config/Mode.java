package dev.cordon.config;

/** {@code cordon.mode}. */
public enum Mode {
    /** Starts only with keys configured. */
    PRODUCTION,
    /** Makes a secret at start when none is given, and serves a token page to loopback. */
    DEV
}
