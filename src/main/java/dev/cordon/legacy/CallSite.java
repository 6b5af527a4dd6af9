package dev.cordon.legacy;

import dev.cordon.legacy.MigrationReport.Call;
import java.time.Instant;

/**
 * A place in the application's code that calls the adapter.
 *
 * @param where class, method, file and line, such as {@code com.example.Orders.shipped(Orders.java:42)}
 * @param call what it calls
 * @param calls number of calls so far
 * @param lastAt time of the last one
 */
public record CallSite(String where, Call call, long calls, Instant lastAt) {}
