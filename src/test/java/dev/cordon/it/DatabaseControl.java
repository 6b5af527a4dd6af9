package dev.cordon.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cordon.jdbc.ServerUnderTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Lets a test in another process kill a PostgreSQL server, start it, and run statements on it, over HTTP on loopback. */
final class DatabaseControl implements AutoCloseable {
    private final ServerUnderTest database;
    private final HttpServer server;
    private boolean killed;

    DatabaseControl(ServerUnderTest database) throws IOException {
        this.database = database;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private void answer(HttpExchange exchange) throws IOException {
        String statement = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String answer;
        int status = 200;
        try {
            answer = carryOut(exchange.getRequestURI().getPath(), statement);
        } catch (SQLException | RuntimeException e) {
            answer = String.valueOf(e);
            status = 500;
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private synchronized String carryOut(String path, String statement) throws SQLException {
        switch (path) {
            case "/kill" -> {
                database.kill();
                killed = true;
            }
            case "/start" -> {
                if (killed) {
                    database.startAgain();
                    killed = false;
                }
            }
            case "/sql" -> {
                return run(statement);
            }
            default -> throw new IllegalArgumentException(path);
        }
        return "";
    }

    /** Returns the first value of the first row, or nothing. */
    private String run(String statement) throws SQLException {
        try (Connection connection = database.connect();
                Statement all = connection.createStatement()) {
            if (!all.execute(statement)) {
                return "";
            }
            try (ResultSet row = all.getResultSet()) {
                return row.next() ? row.getString(1) : "";
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
