package dev.cordon.client;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a node, for one request at a time. Confined to its sender's thread, but for {@link #close}, which any
 * thread may call to end what waits in it.
 */
final class HttpConnection implements AutoCloseable {
    private final Node node;
    private final Socket socket = new Socket();
    private @Nullable OutputStream out;
    private @Nullable AnswerReader answers;
    private int requests;
    private boolean usable = true;
    private long usedAt = System.nanoTime();

    HttpConnection(Node node) {
        this.node = node;
    }

    Node node() {
        return node;
    }

    /** Looks the node's name up, connects, and for https checks the node's certificate. */
    void connect(int millis, SSLContext tls) throws IOException {
        InetSocketAddress address = new InetSocketAddress(node.host(), node.port());
        if (address.isUnresolved()) {
            throw new UnknownHostException(node.host());
        }
        socket.setTcpNoDelay(true);
        socket.connect(address, millis);
        Socket used = node.tls() ? secure(tls) : socket;
        out = used.getOutputStream();
        answers = new AnswerReader(used.getInputStream());
    }

    private Socket secure(SSLContext tls) throws IOException {
        SSLSocket layered = (SSLSocket) tls.getSocketFactory().createSocket(socket, node.host(), node.port(), true);
        SSLParameters parameters = layered.getSSLParameters();
        // Without it any valid certificate would do, whatever host it is of.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        layered.setSSLParameters(parameters);
        layered.startHandshake();
        return layered;
    }

    /** Writes a request and reads its answer. */
    Answer exchange(byte[] request) throws IOException {
        if (out == null || answers == null) {
            throw new IllegalStateException("not connected");
        }
        requests++;
        usable = false;
        out.write(request);
        Answer answer = answers.read();
        usable = answer.keepsAlive();
        usedAt = System.nanoTime();
        return answer;
    }

    /** Returns true if it may carry another request. */
    boolean usable(long maxIdleNanos) {
        return usable && System.nanoTime() - usedAt < maxIdleNanos;
    }

    /**
     * Returns true if a failure says nothing about the node: the node has ended a connection that had been idle, as it
     * may at any time.
     */
    boolean stale() {
        return requests > 1 && answers != null && !answers.begun();
    }

    @Override
    public void close() {
        try {
            // Not that of TLS, which would wait for a write under way.
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
