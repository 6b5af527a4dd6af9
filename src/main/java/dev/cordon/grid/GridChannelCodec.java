package dev.cordon.grid;

import dev.cordon.grid.GridChannel.Change;
import dev.cordon.grid.GridChannel.KeptKey;
import dev.cordon.grid.GridChannel.Position;
import dev.cordon.grid.GridChannel.Retained;
import dev.cordon.protocol.Channel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The form of channels and of segments on the grid, before encryption. */
final class GridChannelCodec {
    private static final byte FORM = 1;

    private GridChannelCodec() {}

    static byte[] encode(GridChannel of) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORM);
            out.writeUTF(of.channel.name());
            out.writeUTF(of.epoch);
            out.writeBoolean(of.entered);
            out.writeLong(of.top);
            out.writeLong(of.lastAppend);
            out.writeLong(of.lastSign);
            out.writeLong(of.acknowledgedUpto);
            out.writeLong(of.acknowledged);
            out.writeLong(of.expired);
            out.writeLong(of.evicted);
            out.writeLong(of.removed);
            out.writeLong(of.lastKeyOutside);
            writeRetained(of.retained, out);
            out.writeShort(of.keys.size());
            for (KeptKey key : of.keys) {
                out.writeUTF(key.hash());
                out.writeLong(key.offset());
                out.writeLong(key.time());
            }
            out.writeByte(of.changes.size());
            for (Change change : of.changes) {
                out.writeLong(change.id());
                out.writeLong(change.top());
            }
            out.writeByte(of.positions.size());
            for (Map.Entry<String, Position> each : of.positions.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeLong(each.getValue().offset());
                out.writeLong(each.getValue().sign());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Publications of one segment follow each other, and share its name. */
    private static void writeRetained(List<Retained> retained, DataOutputStream out) throws IOException {
        out.writeInt(retained.size());
        int from = 0;
        while (from < retained.size()) {
            long segment = retained.get(from).segment();
            int to = from;
            while (to < retained.size() && retained.get(to).segment() == segment) {
                to++;
            }
            out.writeLong(segment);
            out.writeInt(to - from);
            for (Retained each : retained.subList(from, to)) {
                out.writeLong(each.time());
                out.writeInt(each.size());
                byte[] payload = each.payload();
                if (payload != null) {
                    out.write(payload);
                }
            }
            from = to;
        }
    }

    /** @throws GridCipher.UnreadableException if it has a form that this version does not know */
    static GridChannel decode(byte[] record) throws GridCipher.UnreadableException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record))) {
            if (in.readByte() != FORM) {
                throw new GridCipher.UnreadableException("it has a form that this version does not know");
            }
            GridChannel of = new GridChannel(Channel.parse(in.readUTF()), in.readUTF());
            of.entered = in.readBoolean();
            of.top = in.readLong();
            of.lastAppend = in.readLong();
            of.lastSign = in.readLong();
            of.acknowledgedUpto = in.readLong();
            of.acknowledged = in.readLong();
            of.expired = in.readLong();
            of.evicted = in.readLong();
            of.removed = in.readLong();
            of.lastKeyOutside = in.readLong();
            readRetained(of.retained, in);
            for (int left = in.readShort(); left > 0; left--) {
                of.keys.add(new KeptKey(in.readUTF(), in.readLong(), in.readLong()));
            }
            for (int left = in.readByte(); left > 0; left--) {
                of.changes.add(new Change(in.readLong(), in.readLong()));
            }
            for (int left = in.readByte(); left > 0; left--) {
                of.positions.put(in.readUTF(), new Position(in.readLong(), in.readLong()));
            }
            return of;
        } catch (IOException | IllegalArgumentException e) {
            throw new GridCipher.UnreadableException("it is damaged");
        }
    }

    private static void readRetained(List<Retained> retained, DataInputStream in) throws IOException {
        int all = in.readInt();
        while (retained.size() < all) {
            long segment = in.readLong();
            for (int left = in.readInt(); left > 0; left--) {
                long time = in.readLong();
                int size = in.readInt();
                retained.add(
                        new Retained(time, size, segment, segment == GridChannel.INLINE ? in.readNBytes(size) : null));
            }
        }
    }

    /** @param payloads by offset */
    static byte[] segment(Map<Long, byte[]> payloads) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORM);
            out.writeInt(payloads.size());
            for (Map.Entry<Long, byte[]> each : payloads.entrySet()) {
                out.writeLong(each.getKey());
                out.writeInt(each.getValue().length);
                out.write(each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws GridCipher.UnreadableException if it has a form that this version does not know */
    static Map<Long, byte[]> payloads(byte[] segment) throws GridCipher.UnreadableException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(segment))) {
            if (in.readByte() != FORM) {
                throw new GridCipher.UnreadableException("it has a form that this version does not know");
            }
            Map<Long, byte[]> payloads = new HashMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                payloads.put(in.readLong(), in.readNBytes(in.readInt()));
            }
            return payloads;
        } catch (IOException e) {
            throw new GridCipher.UnreadableException("it is damaged");
        }
    }
}
