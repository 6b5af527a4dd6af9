package dev.cordon.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.cordon.cluster.Inquiries;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Questions and answers in two maps of the grid (ADR 0026). A record is encrypted. Its name begins with its time, which
 * is the grid's, so that no record has to be read to see that it is old. Thread-safe.
 */
final class GridInquiries implements Inquiries {
    static final String QUESTIONS = Grid.PREFIX + "questions";
    static final String ANSWERS = Grid.PREFIX + "answers";

    private static final char SEPARATOR = '/';
    private static final System.Logger LOG = System.getLogger(GridInquiries.class.getName());

    private final HazelcastInstance hazelcast;
    private final IMap<String, byte[]> questions;
    private final IMap<String, byte[]> answers;
    private final GridCipher cipher;
    private final String node;
    private final LongSupplier time;
    /** When each question was read, in nanoseconds of {@link System#nanoTime}. Guarded by this object's lock. */
    private final Map<String, Long> seen = new HashMap<>();

    /**
     * @param node id of this node
     * @param time the grid's, in milliseconds
     */
    GridInquiries(HazelcastInstance hazelcast, GridKeys keys, String node, LongSupplier time) {
        this.hazelcast = hazelcast;
        this.questions = hazelcast.getMap(QUESTIONS);
        this.answers = hazelcast.getMap(ANSWERS);
        this.cipher = new GridCipher(keys);
        this.node = node;
        this.time = time;
    }

    @Override
    public void ask(Question question, Optional<String> to) {
        String name = name(question.id());
        byte[] record = cipher.encrypt(QUESTIONS, name, plain(question, to));
        Grid.call(() -> {
            questions.set(name, record);
            return name;
        });
        GridWakeup.hintQuestion(hazelcast);
    }

    /** @param rest of the name; has nothing that names a user */
    private String name(String rest) {
        return Long.toString(time.getAsLong()) + SEPARATOR + rest;
    }

    private byte[] plain(Question question, Optional<String> to) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(plain)) {
            out.writeUTF(question.id());
            out.writeInt(question.version());
            out.writeUTF(node);
            out.writeUTF(to.orElse(""));
            out.writeUTF(question.kind());
            out.write(question.text().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return plain.toByteArray();
    }

    @Override
    public synchronized List<Question> fresh() {
        long now = System.nanoTime();
        seen.values().removeIf(readAt -> now - readAt > KEPT.toNanos());
        return Grid.call(() -> {
            Set<String> names = new HashSet<>();
            for (String name : questions.keySet()) {
                if (age(name).compareTo(DEADLINE) < 0 && seen.putIfAbsent(name, now) == null) {
                    names.add(name);
                }
            }
            List<Question> fresh = new ArrayList<>();
            new TreeMap<>(questions.getAll(names))
                    .forEach((name, record) -> question(name, record).ifPresent(fresh::add));
            return fresh;
        });
    }

    private Duration age(String name) {
        return Duration.ofMillis(time.getAsLong() - Long.parseLong(name.substring(0, name.indexOf(SEPARATOR))));
    }

    /** Empty for a question that is not for this node, and one that cannot be read. */
    private Optional<Question> question(String name, byte[] record) {
        try (DataInputStream in = open(QUESTIONS, name, record)) {
            String id = in.readUTF();
            int version = in.readInt();
            String asker = in.readUTF();
            String to = in.readUTF();
            Question question = new Question(id, version, asker, in.readUTF(), rest(in));
            return asker.equals(node) || !(to.isEmpty() || to.equals(node)) ? Optional.empty() : Optional.of(question);
        } catch (GridCipher.UnreadableException | IOException e) {
            LOG.log(Level.WARNING, "A question of another node cannot be read: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    private DataInputStream open(String map, String name, byte[] record) throws GridCipher.UnreadableException {
        return new DataInputStream(new ByteArrayInputStream(cipher.decrypt(map, name, record)));
    }

    private static String rest(DataInputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void answer(List<Reply> replies) {
        for (Reply reply : replies) {
            String name = name(reply.question() + SEPARATOR + node);
            byte[] record = cipher.encrypt(ANSWERS, name, plain(reply));
            Grid.call(() -> {
                answers.set(name, record);
                return name;
            });
            GridWakeup.hintAnswer(hazelcast, reply.question());
        }
    }

    private static byte[] plain(Reply reply) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(plain)) {
            out.writeBoolean(reply.refused());
            out.write(reply.text().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return plain.toByteArray();
    }

    @Override
    public List<Answer> answers(String question) {
        String of = SEPARATOR + question + SEPARATOR;
        return Grid.call(() -> {
            Set<String> names = new HashSet<>(answers.keySet());
            names.removeIf(name -> !name.startsWith(of, name.indexOf(SEPARATOR)));
            Map<String, Answer> first = new TreeMap<>();
            new TreeMap<>(answers.getAll(names)).forEach((name, record) -> {
                String from = name.substring(name.indexOf(of) + of.length());
                answer(from, name, record).ifPresent(answer -> first.putIfAbsent(from, answer));
            });
            return List.copyOf(first.values());
        });
    }

    private Optional<Answer> answer(String from, String name, byte[] record) {
        try (DataInputStream in = open(ANSWERS, name, record)) {
            return Optional.of(new Answer(from, in.readBoolean(), rest(in)));
        } catch (GridCipher.UnreadableException | IOException e) {
            LOG.log(Level.WARNING, "An answer of another node cannot be read: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void sweep() {
        sweep(questions);
        sweep(answers);
    }

    private void sweep(IMap<String, byte[]> map) {
        Grid.call(() -> {
            for (String name : map.keySet()) {
                if (age(name).compareTo(KEPT) >= 0) {
                    map.delete(name);
                }
            }
            return true;
        });
    }
}
