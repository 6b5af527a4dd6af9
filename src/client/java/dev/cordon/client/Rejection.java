package dev.cordon.client;

/**
 * What a node, or what stands before it, said instead of a result.
 *
 * @param temporary whether a later attempt may succeed
 * @param mayBeCarriedOut whether the command may have been carried out nevertheless
 */
record Rejection(int code, String message, boolean temporary, boolean mayBeCarriedOut) {}
