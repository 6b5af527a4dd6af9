package dev.cordon.bench;

import java.util.Arrays;
import java.util.Locale;

/** A server of the comparison. */
enum Contestant {
    CORDON("Cordon on Payara", "#0b6e4f"),
    CORDON_BEFORE("Cordon before the change", "#a0a0a0"),
    CORDON_DEFLATE("Cordon, compression", "#e08e45"),
    CORDON_PROTOBUF("Cordon, Protobuf", "#3d5a80"),
    CORDON_UNI_SSE("Cordon, uni_sse", "#ee6c4d"),
    CORDON_UNI_HTTP_STREAM("Cordon, uni_http_stream", "#98c1d9"),
    CORDON_SSE("Cordon, sse", "#b56576"),
    CORDON_HTTP_STREAM("Cordon, http_stream", "#6d597a"),
    CORDON_JDBC("Cordon, log in PostgreSQL", "#7fb069"),
    CORDON_H2("Cordon, log in an H2 file", "#b5d99c"),
    CORDON_DATABASE("Cordon, two nodes, cluster=database", "#2a9d8f"),
    CORDON_GRID("Cordon, two nodes, cluster=grid", "#1d7874"),
    CORDON_GRID_LOG("Cordon, two nodes, cluster=grid, log=grid", "#134e4a"),
    PAYARA("bare Payara @ServerEndpoint", "#c0392b"),
    TYRUS("Tyrus standalone", "#8e6c8a"),
    TOMCAT("Tomcat embedded", "#c9a227"),
    UNDERTOW("Undertow", "#5d8aa8"),
    NETTY("raw Netty", "#444444"),
    FLOOR("floor in C", "#bdbdbd");

    private final String label;
    private final String colour;

    Contestant(String label, String colour) {
        this.label = label;
        this.colour = colour;
    }

    /** @throws IllegalArgumentException if there is no such server */
    static Contestant named(String name) {
        return Arrays.stream(values())
                .filter(contestant -> contestant.id().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("bench.servers: no server is called '" + name + "'"));
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String label() {
        return label;
    }

    String colour() {
        return colour;
    }

    boolean onPayara() {
        return cordon() || this == PAYARA;
    }

    /** Whether it is Cordon, wherever its log is. */
    boolean cordon() {
        return name().startsWith(CORDON.name());
    }

    /** Whether it is {@code cordon} with receivers that come in otherwise than by JSON over a WebSocket. */
    boolean otherWay() {
        return this == CORDON_PROTOBUF || stream();
    }

    /** Whether its receivers have a stream over HTTP. */
    boolean stream() {
        return this == CORDON_UNI_SSE
                || this == CORDON_UNI_HTTP_STREAM
                || this == CORDON_SSE
                || this == CORDON_HTTP_STREAM;
    }

    /** How its receivers come in: a name of the generator's {@code Way}. */
    String way() {
        return otherWay() ? name().substring("CORDON_".length()) : "JSON";
    }

    /** Whether its nodes make a cluster: two of them in the scenario {@code cluster}. */
    boolean clustered() {
        return this == CORDON_DATABASE || onGrid();
    }

    /** Whether its nodes are members of a data grid. */
    boolean onGrid() {
        return this == CORDON_GRID || this == CORDON_GRID_LOG;
    }

    /** Whether it takes part in the scenario {@code cluster}: the clusters, and the one that they are compared with. */
    boolean inCluster() {
        return clustered() || this == CORDON_JDBC;
    }

    /** Whether it runs on a Java runtime: has a heap and a collector's log. */
    boolean java() {
        return this != FLOOR;
    }

    /** Main class of a peer that has one. */
    String peerClass() {
        String name = id();
        return "dev.cordon.bench.peer." + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) + "Peer";
    }
}
