package dev.cordon.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The answer 101 to a valid opening handshake (RFC 6455 §4.2.2). */
public final class SwitchingProtocols {
    /** RFC 6455 §1.3. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private SwitchingProtocols() {}

    /**
     * The answer's header fields, by name.
     *
     * @param key the request's {@code Sec-WebSocket-Key}
     * @param subprotocol the selected one of those that the client offers; empty for none
     * @param extension what {@link PerMessageDeflate#answer} has accepted; empty for none
     */
    public static Map<String, String> headers(String key, Optional<String> subprotocol, Optional<String> extension) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Upgrade", "websocket");
        headers.put("Connection", "Upgrade");
        headers.put("Sec-WebSocket-Accept", accept(key));
        subprotocol.ifPresent(selected -> headers.put("Sec-WebSocket-Protocol", selected));
        extension.ifPresent(accepted -> headers.put("Sec-WebSocket-Extensions", accepted));
        return headers;
    }

    /**
     * The whole answer, without a subprotocol, as it goes over the wire; the parameters are those of {@link #headers}.
     */
    public static byte[] bytes(String key, Optional<String> extension) {
        StringBuilder answer = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        headers(key, Optional.empty(), extension)
                .forEach((name, value) ->
                        answer.append(name).append(": ").append(value).append("\r\n"));
        return answer.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
