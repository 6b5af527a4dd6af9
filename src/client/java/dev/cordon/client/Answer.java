package dev.cordon.client;

/**
 * An HTTP answer.
 *
 * @param body empty if the answer has none, or no length
 * @param retryAfterNanos the field Retry-After; negative if absent
 * @param keepsAlive whether the connection may carry another request
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(int status, byte[] body, long retryAfterNanos, boolean keepsAlive) {}
