package dev.cordon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row of {@code hostile-requests.txt}, which says how it is written.
 *
 * @param answers statuses in order
 * @param connection {@code open}, {@code closed} or {@code *}
 * @param stored how many publications; {@code *} where that may differ
 * @param bytes as they are written in the file
 */
public record HostileRequest(String name, List<Integer> answers, String connection, String stored, String bytes) {
    private static final Path FILE = Path.of("src/test/resources/hostile-requests.txt");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(r|n|t|0|\\\\|x[0-9a-f]{2})");
    private static final Pattern REPEATED = Pattern.compile("\\{(\\d+)\\*([^}]*)}");

    public HostileRequest {
        answers = List.copyOf(answers);
    }

    public static List<HostileRequest> all() throws IOException {
        List<HostileRequest> all = new ArrayList<>();
        for (String line : Files.readAllLines(FILE)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                all.add(of(line));
            }
        }
        return all;
    }

    private static HostileRequest of(String line) {
        String[] parts = (line.endsWith(" |") ? line + " " : line).split(" \\| ", 5);
        List<Integer> answers = parts[1].equals("-")
                ? List.of()
                : Arrays.stream(parts[1].split(",")).map(Integer::valueOf).toList();
        return new HostileRequest(parts[0], answers, parts[2], parts[3], parts[4]);
    }

    /** Whether the client ends its side after the request. */
    public boolean half() {
        return answers.isEmpty() || name.startsWith("half");
    }

    /**
     * Returns the bytes that are sent.
     *
     * @param user whose channel is published to
     */
    public byte[] sent(String host, String key, String user) {
        String body = "{\"channel\":\"#" + user + "\",\"data\":1}";
        String hostLine = "Host: " + host + "\r\n";
        String fields = "X-API-Key: " + key + "\r\nContent-Type: application/json\r\n";
        String plain = "POST /api/publish HTTP/1.1\r\n" + hostLine + fields + "Content-Length: " + body.length()
                + "\r\n\r\n" + body;
        String hex = Integer.toHexString(body.length());
        Map<String, String> words = Map.of(
                "{h}", hostLine,
                "{k}", fields,
                "{b}", body,
                "{n}", Integer.toString(body.length()),
                "{x}", hex,
                "{c}", hex + "\r\n" + body + "\r\n0\r\n\r\n",
                "{pn}", Integer.toString(plain.length()));
        String text = ESCAPE.matcher(bytes).replaceAll(HostileRequest::unescaped);
        text = REPEATED.matcher(text.replace("{p}", "\1"))
                .replaceAll(found -> Matcher.quoteReplacement(found.group(2).repeat(Integer.parseInt(found.group(1)))));
        for (Map.Entry<String, String> word : words.entrySet()) {
            text = text.replace(word.getKey(), word.getValue());
        }
        return text.replace("\1", plain).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String unescaped(java.util.regex.MatchResult found) {
        String escape = found.group(1);
        char meant = switch (escape.charAt(0)) {
            case 'r' -> '\r';
            case 'n' -> '\n';
            case 't' -> '\t';
            case '0' -> '\0';
            case 'x' -> (char) Integer.parseInt(escape.substring(1), 16);
            default -> '\\';
        };
        return Matcher.quoteReplacement(String.valueOf(meant));
    }
}
