package dev.cordon.bench;

/** A row of the report's table. */
enum Metric {
    LATENCY_P50("latency.p50", "delivery at 1,000/s, p50", "µs"),
    LATENCY_P99("latency.p99", "delivery at 1,000/s, p99", "µs"),
    LATENCY_P999("latency.p99.9", "delivery at 1,000/s, p99.9", "µs"),
    TARGETED_CPU("saturation.cpu", "targeted delivery, CPU a message", "µs"),
    TARGETED_RATE("saturation.rate", "targeted delivery, rate on one core", "msg/s"),
    TARGETED_LOAD("saturation.load", "targeted delivery, share of the core that the server used", ""),
    TARGETED_BYTES(
            "saturation.bytes",
            "targeted delivery, bytes from the server a message, the publisher's replies included",
            "bytes"),
    GARBAGE("saturation.garbage", "garbage a delivered message", "bytes"),
    APART_CPU("apart.cpu", "targeted delivery, each publish a write, CPU a message", "µs"),
    APART_RATE("apart.rate", "targeted delivery, each publish a write, rate on one core", "msg/s"),
    APART_LOAD("apart.load", "targeted delivery, each publish a write, share of the core that the server used", ""),
    BURST_CPU("burst.cpu", "bursts of 64 to 10 users, CPU a message", "µs"),
    ECHO_CPU("echo.cpu", "echo, CPU a round trip", "µs"),
    ECHO_P50("echo.p50", "echo at 1,000/s, round trip p50", "µs"),
    ECHO_P99("echo.p99", "echo at 1,000/s, round trip p99", "µs"),
    BROADCAST_CPU("broadcast.cpu", "broadcast by one command, CPU a delivery", "µs"),
    BATCH_CPU("batch.cpu", "broadcast by batches of 100 publishes, CPU a delivery", "µs"),
    CONNECT_RATE("connect.rate", "connect, authenticate, leave: rate on one core", "/s"),
    CONNECT_CPU("connect.cpu", "connect, authenticate, leave: CPU each", "µs"),
    HEAP_SLOPE("memory.slope", "live heap an idle connection", "KB"),
    HEAP_CORDON("memory.cordon", "… of it objects of Cordon's classes", "KB"),
    HEAP_SHARED("memory.shared", "… of it strings, arrays and collections, whosever they are", "KB"),
    HEAP_SOCKET("memory.socket", "… of it Java's sockets and buffers", "KB"),
    HEAP_CONTAINER("memory.container", "… of it objects of the container's or the library's classes", "KB"),
    RSS_SLOPE("memory.rssSlope", "resident memory an idle connection", "KB"),
    COMMITS("commits.rate", "commits of the log's database, over the turn", "/s"),
    COMMIT_PUBLISHES("commits.publishes", "… publishes a commit", ""),
    HTTP_RATE("http.single.rate", "publish over HTTP, singly, rate on one core", "msg/s"),
    HTTP_SINGLE("http.single.cpu", "publish over HTTP, singly, CPU a message", "µs"),
    HTTP_BATCH("http.batch.cpu", "publish over HTTP, batches of 100, CPU a message", "µs"),
    HTTP_BROADCAST("http.broadcast.cpu", "broadcast over HTTP to 100, CPU a message", "µs"),
    ALONE_P99("slow.alone.p99", "healthy users alone, p99", "µs"),
    BESIDE_P99("slow.beside.p99", "healthy users beside 500 flooded stalled readers, p99", "µs"),
    STALLED_COUNTED("slow.cutByCount", "stalled readers ended with 3008, as the server counts", ""),
    STALLED_CUT("slow.cut", "stalled readers that found a close frame with 3008", ""),
    STALLED_CUT_BARE("slow.cutWithoutCode", "stalled readers that found their connection gone", ""),
    STALLED_OPEN("slow.open", "stalled readers still open", ""),
    SLOW_HEAP("slow.heapGrowth", "live heap after the flood, growth", "KB"),
    STALL_ALONE_P99("stall.alone.p99", "healthy users alone, p99, once more", "µs"),
    STALL_BESIDE_P99("stall.beside.p99", "healthy users beside 200 stalled HTTP clients, p99", "µs"),
    CLIENT_SOCKET(
            "client.socket.cpu",
            "publishing by the generator's publisher over a socket, 64 unanswered: CPU of the back end a message",
            "µs"),
    CLIENT_SOCKET_NODE("client.socket.node", "… CPU of the node a message", "µs"),
    CLIENT_SOCKET_RATE("client.socket.rate", "… rate", "msg/s"),
    CLIENT_HTTP(
            "client.http.cpu",
            "publishing by the generator's, over HTTP singly, four connections, bodies made before: CPU of the back end a message",
            "µs"),
    CLIENT_HTTP_NODE("client.http.node", "… CPU of the node a message", "µs"),
    CLIENT_HTTP_RATE("client.http.rate", "… rate", "msg/s"),
    CLIENT_HTTPBATCH(
            "client.httpbatch.cpu",
            "publishing by the generator's, over HTTP in batches of 100, bodies made before: CPU of the back end a message",
            "µs"),
    CLIENT_HTTPBATCH_NODE("client.httpbatch.node", "… CPU of the node a message", "µs"),
    CLIENT_HTTPBATCH_RATE("client.httpbatch.rate", "… rate", "msg/s"),
    CLIENT_JDK(
            "client.jdk.cpu",
            "publishing by the JDK's HTTP client singly, 64 unanswered: CPU of the back end a message",
            "µs"),
    CLIENT_JDK_NODE("client.jdk.node", "… CPU of the node a message", "µs"),
    CLIENT_JDK_RATE("client.jdk.rate", "… rate", "msg/s"),
    CLIENT_FUTURES(
            "client.futures.cpu",
            "publishing by the Java client, futures, 64 unanswered: CPU of the back end a message",
            "µs"),
    CLIENT_FUTURES_NODE("client.futures.node", "… CPU of the node a message", "µs"),
    CLIENT_FUTURES_RATE("client.futures.rate", "… rate", "msg/s"),
    CLIENT_WIDE(
            "client.wide.cpu",
            "publishing by the Java client, futures, 1,000 unanswered: CPU of the back end a message",
            "µs"),
    CLIENT_WIDE_NODE("client.wide.node", "… CPU of the node a message", "µs"),
    CLIENT_WIDE_RATE("client.wide.rate", "… rate", "msg/s"),
    CLIENT_BLOCKING(
            "client.blocking.cpu",
            "publishing by the Java client, 16 threads that wait: CPU of the back end a message",
            "µs"),
    CLIENT_BLOCKING_NODE("client.blocking.node", "… CPU of the node a message", "µs"),
    CLIENT_BLOCKING_RATE("client.blocking.rate", "… rate", "msg/s"),
    GROUPS_ONE("groups.one.cpu", "broadcast to one group of all users, CPU a delivery", "µs"),
    GROUPS_TEN("groups.ten.cpu", "… to ten groups of a tenth each", "µs"),
    GROUPS_NAMED("groups.named.cpu", "… to the same tenths, with the names spelled out", "µs"),
    CLUSTER_LOCAL_CPU("cluster.local.cpu", "log in PostgreSQL: local delivery, CPU of its node a message", "µs"),
    CLUSTER_LOCAL_RATE("cluster.local.rate", "… rate", "msg/s"),
    CLUSTER_OTHER_CPU(
            "cluster.local.otherCpu", "… CPU of the other node, which has none of the users, a message", "µs"),
    CLUSTER_LOCAL_COMMITS("cluster.local.transactions", "… transactions of PostgreSQL a message", ""),
    CLUSTER_LOCAL_NOTIFICATIONS("cluster.local.notifications", "… of them notifications", ""),
    CLUSTER_REMOTE_P50("cluster.remote.p50", "from one node to a client on the other, at a fixed rate, p50", "µs"),
    CLUSTER_REMOTE_P99("cluster.remote.p99", "… p99", "µs"),
    CLUSTER_REMOTE_CPU("cluster.remote.nodesCpu", "… CPU of both nodes a message", "µs"),
    CLUSTER_REMOTE_COMMITS("cluster.remote.transactions", "… transactions of PostgreSQL a message", ""),
    CLUSTER_REMOTE_NOTIFICATIONS("cluster.remote.notifications", "… of them notifications", ""),
    CLUSTER_THROUGH_RATE(
            "cluster.through.rate", "publishes in batches of 100 through two nodes, all received", "msg/s"),
    CLUSTER_THROUGH_CPU("cluster.through.nodesCpu", "… CPU of both nodes a message", "µs"),
    CLUSTER_THROUGH_COMMITS("cluster.through.transactions", "… transactions of PostgreSQL a message", ""),
    CLUSTER_THROUGH_NOTIFICATIONS("cluster.through.notifications", "… of them notifications", ""),
    NOTIFY_TIME("notify.time", "a transaction of PostgreSQL that only notifies", "µs"),
    NOTIFY_CPU("notify.cpu", "… CPU of its process", "µs"),
    NOTIFY_SYNCS("notify.syncs", "… writes of the log to the disk meanwhile, for one", ""),
    NOTIFY_WAL("notify.wal", "… write-ahead log", "bytes"),
    INSERT_TIME("insert.time", "a transaction that inserts a row of 100 bytes", "µs"),
    INSERT_SYNCS("insert.syncs", "… writes of the log to the disk meanwhile, for one", ""),
    SELECT_TIME("select.time", "a transaction that only answers", "µs");

    private final String key;
    private final String label;
    private final String unit;

    Metric(String key, String label, String unit) {
        this.key = key;
        this.label = label;
        this.unit = unit;
    }

    String key() {
        return key;
    }

    String label() {
        return label;
    }

    String unit() {
        return unit;
    }
}
