package dev.cordon.kpi;

import dev.cordon.metric.Latency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The definition of an alert: a metric, the highest value that is still right, what is wrong above it, and what to do then. An entry of
 * {@link #ALL} makes a rule of the {@link AlertBoard}, a setting {@code cordon.alert.…} and the rows of the documents. Written as one
 * sentence.
 *
 * @param kpi one word for the alert: the label of {@code cordon_threshold}
 * @param metric the compared metric, as it stands in {@code /metrics}
 * @param span which value of the metric is compared
 * @param limit the highest value that is still right, unless a setting says otherwise
 * @param unit of the limit
 * @param evidence the least number of samples or users; with fewer the value is not judged
 * @param meaning what is wrong above the limit, in one sentence
 * @param action what an operator does then
 */
public record Threshold(
        String kpi,
        String metric,
        Span span,
        double limit,
        String unit,
        Optional<Evidence> evidence,
        String meaning,
        String action) {
    /** Which value of a metric is compared. */
    public enum Span {
        /** The present value. */
        NOW,
        /** The growth within the last hour. */
        HOUR
    }

    /** @param least value of {@code metric} with which the alert is judged */
    public record Evidence(String metric, double least) {}

    /** All alerts, in the order of docs/alerts.md. */
    public static final List<Threshold> ALL = List.of(
            slow("manager_creation", 0.005)
                    .means("Connects of new sessions are slow.")
                    .then("The node is short of CPU or collects garbage: look at both, add a node."),
            slow("delivery", 0.001)
                    .means("Messages take long from the accepted publish to the socket.")
                    .then("Look at CPU, garbage collection and cordon_queue_messages (slow readers); add a node."),
            slow("manager_cleanup", 0.005)
                    .means("Releasing a session's manager takes long.")
                    .then("As for manager_creation."),
            now("memory_per_user", "cordon_memory_per_user_bytes", 100_000, "bytes")
                    .given("cordon_users", 100)
                    .means(
                            "The heap in use, minus what the node needs without users, is too large for the number of users.")
                    .then(
                            "Look at cordon_log_bytes and cordon_queue_bytes; lower history.* or queue.*; otherwise take a heap dump."),
            now("memory_growth", "cordon_memory_growth_bytes", 10_000_000, "bytes an hour")
                    .means("The heap in use grows more than additional users explain.")
                    .then("Compare two heap dumps an hour apart; plan a restart before the heap is full."),
            now("leaked_managers", "cordon_leaked_managers", 0, "managers")
                    .means(
                            "Managers that were released minutes ago survived two collections of the old generation: something still refers to them.")
                    .then("Take a heap dump, look for WebSocketManager and who refers to it, and report it."),
            hourly("limit_hits", "cordon_limit_hits_total", 10)
                    .means("Users meet the limit on sessions or tabs.")
                    .then("Raise max-managers-per-user or max-connections-per-manager, or find the client that leaks."),
            hourly("failed_creations", "cordon_failed_creations_total", 0)
                    .means("Sessions could not be opened, for a reason other than a limit.")
                    .then("The server's log has each error."),
            hourly("delivery_failures", "cordon_publish_failures_total", 0)
                    .means("The log could not store publishes; their publishers got an error.")
                    .then("The server's log has the error; look at the message log's database too, if it has one."),
            hourly("isolation_violations", "cordon_violations_total", 0)
                    .means("A message was about to reach another user and was withheld.")
                    .then("Take the node out, keep its log, and report a security defect."),
            now("ledger_imbalance", "cordon_ledger_imbalance", 0, "publications")
                    .means("The log cannot account for a publication that it accepted.")
                    .then("Keep the server's log, which names a channel, and report it as a defect."),
            now("cleanup_overdue", "cordon_cleanup_age_intervals", 2, "cleanup intervals")
                    .means("The cleanup has not run for two intervals.")
                    .then("Keep a thread dump, restart the node, and report it; readiness is DOWN meanwhile."),
            now("cleanup_left", "cordon_cleanup_left", 0, "items found and not removed")
                    .means("The last cleanup did not remove all that it found.")
                    .then(
                            "The server's log names the sweep; the items left take memory, or count towards a user's limit."),
            hourly("cleanup_failures", "cordon_cleanup_failures_total", 0)
                    .means("A sweep of the cleanup failed.")
                    .then("The server's log has the error."),
            now("tick_overdue", "cordon_tick_age_seconds", 10, "seconds")
                    .means("The tick, which sends pings and enforces deadlines, does not run.")
                    .then("Keep a thread dump and restart the node; readiness is DOWN meanwhile."),
            now("tick_hanging", "cordon_tick_hanging", 0, "connections")
                    .means("The tick hangs at some connections and skips them; at four of them it stops.")
                    .then("The server's log has the stacks: keep it, restart the node, and report it."),
            now("duties_late", "cordon_duties_late", 0, "duties")
                    .means("A duty (a periodic task of the node) hangs, or fails each time; the others go on.")
                    .then("The server's log has the duty's stack: keep it, restart the node, and report it."),
            hourly("duty_failures", "cordon_duty_failures_total", 0)
                    .means("A run of a duty (a periodic task of the node) ended in an error; the next run takes place.")
                    .then("The server's log has the error: report it."),
            hourly("lost_nodes", "cordon_cluster_nodes_lost_total", 0)
                    .means("A node of the cluster was lost: it fell silent without having drained or left.")
                    .then(
                            "The server's log names the node: look whether its process runs, and whether it reaches the database, on the grid the other nodes."),
            hourly("lost_wakeups", "cordon_cluster_repaired_total", 0)
                    .means(
                            "Publications of other nodes, or of applications' transactions, came without their wakeup: they were found by a read of the log, up to 30 seconds late.")
                    .then(
                            "Look at cordon_cluster_wakeups_failed_total of all nodes, at CPU, and whether a pooler lies between node and database."),
            now("not_listening", "cordon_cluster_not_listening_seconds", 10, "seconds")
                    .means("The node does not hear the wakeups of others: their messages arrive up to 30 seconds late.")
                    .then(
                            "The server's log has the reason; the node needs one more connection to the database, without a pooler."),
            now("no_quorum", "cordon_cluster_heartbeat_age_seconds", 10, "seconds")
                    .means("The node does not reach the directory of nodes: the others take it for lost.")
                    .then(
                            "Look at the database and the way to it; publishes are answered 503 and readiness is DOWN meanwhile."),
            hourly("hook_failures", "cordon_hook_failures_total", 10)
                    .means("The application's hooks fail, answer too late, or have no place for more calls.")
                    .then("The server's log has the last error of each kind; cordon_hook_calls_total says which."),
            now("hook_overdue", "cordon_hook_overdue", 0, "calls")
                    .means("Calls of the application's hooks hang: their deadline is over, and they keep their places.")
                    .then("A thread dump shows where the threads cordon-hook wait."),
            now("hook_events_waiting", "cordon_hook_queued_events", 1_000, "events")
                    .means("The application hears of connects and disconnects late: too many events wait.")
                    .then("Look whether its back end is reached, and how long its listeners take."),
            hourly("hook_events_lost", "cordon_hook_events_lost_total", 0)
                    .means("Events for the application were lost, because more waited than the queue holds.")
                    .then("Let the application ask who is connected; then as for hook_events_waiting."),
            now("hook_http_down", "cordon_hook_http_down", 0, "addresses")
                    .means("The back end fails at an address of hooks: clients get temporary errors, or events wait.")
                    .then(
                            "The server's log names the hook and the reason; docs/operations.md, Hooks over HTTP, has a line for each."),
            now("hook_http_backlog", "cordon_hook_http_events_age_seconds", 60, "seconds")
                    .means("The back end has not taken an event for long: it is down, too slow, or answers badly.")
                    .then(
                            "Look at cordon_hook_http_failures_total, and at the back end's log for its answers to events."),
            hourly("hook_http_dropped", "cordon_hook_http_events_dropped_total", 0)
                    .means("Events for the back end were dropped, because too many waited. No disconnect was.")
                    .then(
                            "Bring the back end back; with cordon.log=jdbc no event is dropped while the database is there."),
            hourly("migration_divergences", "cordon_migration_divergences_total", 0)
                    .means(
                            "In shadow mode a message of a migrating application was delivered otherwise than it was sent.")
                    .then(
                            "The console lists users and causes: mend the singleton, or move its users to Cordon sooner."),
            hourly("outbox_rejected", "cordon_outbox_rejected_total", 0)
                    .means("A row of the outbox can never be published and was set aside.")
                    .then("SELECT * FROM cordon_outbox WHERE rejected IS NOT NULL tells the row and why."),
            now("outbox_late", "cordon_outbox_age_seconds", 30, "seconds")
                    .means("The outbox is not read, or more comes in than is published: its messages are late.")
                    .then("The server's log has the reason; look at the outbox's database, and at the log."),
            now("canary_silence", "cordon_canary_silence_seconds", 30, "seconds")
                    .means("The node's own synthetic users do not get their messages.")
                    .then(
                            "Connect a browser: if it works, set canary.url; if not, take the node out and keep a thread dump."),
            now("canary_delivery", "cordon_canary_delivery_seconds{quantile=\"0.99\"}", 0.1, "seconds")
                    .given("cordon_canary_delivery_window_samples", 50)
                    .means("A message takes long from the publish to a client on this machine.")
                    .then("Look at CPU and garbage collection; add a node."),
            hourly("canary_lost", "cordon_canary_lost_total", 0)
                    .means("A message to a synthetic user did not arrive, arrived out of order, or arrived twice.")
                    .then("Look for a pause of the process over 5 s; without one, report it."),
            hourly("canary_foreign", "cordon_canary_foreign_total", 0)
                    .means("A synthetic user received a message meant for another.")
                    .then("Take the node out, keep its log, and report a security defect."),
            now("canary_neighbours", "cordon_canary_neighbour_factor", 2, "times")
                    .given("cordon_canary_compared_samples", 100)
                    .means("A client that does not read delays the messages of others.")
                    .then("Look at CPU first; with CPU to spare, keep a thread dump and report it."));

    private static Threshold slow(String kpi, double seconds) {
        return now(kpi, "cordon_" + kpi + "_seconds{quantile=\"0.99\"}", seconds, "seconds")
                .given("cordon_" + kpi + "_window_samples", Latency.JUDGED_FROM);
    }

    private static Threshold now(String kpi, String metric, double limit, String unit) {
        return new Threshold(kpi, metric, Span.NOW, limit, unit, Optional.empty(), "", "");
    }

    private static Threshold hourly(String kpi, String counter, double limit) {
        return new Threshold(kpi, counter, Span.HOUR, limit, "an hour", Optional.empty(), "", "");
    }

    private Threshold given(String counted, double least) {
        return new Threshold(
                kpi, metric, span, limit, unit, Optional.of(new Evidence(counted, least)), meaning, action);
    }

    private Threshold means(String sentence) {
        return new Threshold(kpi, metric, span, limit, unit, evidence, sentence, action);
    }

    private Threshold then(String sentence) {
        return new Threshold(kpi, metric, span, limit, unit, evidence, meaning, sentence);
    }

    /** The name of the setting that replaces the limit, without its prefix {@code cordon.}. */
    public String setting() {
        return "alert." + kpi.replace('_', '-').toLowerCase(Locale.ROOT);
    }
}
