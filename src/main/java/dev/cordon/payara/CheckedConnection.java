package dev.cordon.payara;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;

/** The connection that the container's WebSocket engine gets: its input is checked. */
@SuppressWarnings("try") // close() throws what its interface has
record CheckedConnection(WebConnection connection, CheckedInput input) implements WebConnection {
    @Override
    public ServletInputStream getInputStream() {
        return input;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        return connection.getOutputStream();
    }

    @Override
    public void close() throws Exception {
        connection.close();
    }
}
