package dev.cordon.hook;

/**
 * An application's answers to {@code rpc}. Implement it as a CDI bean. Calls, threads and failures as for
 * {@link ConnectPolicy}. Implementations must be thread-safe.
 */
public interface RpcHandler {
    /**
     * The method that it answers, such as {@code orders.list}, or with {@code *} at the end all that begin so, such as
     * {@code orders.*}. No two handlers may answer the same method, and none Cordon's own {@code ack} and {@code echo}.
     */
    String method();

    /** Answers one call. */
    HookAnswer answer(HookCall.Rpc call);
}
