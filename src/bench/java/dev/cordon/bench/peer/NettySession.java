package dev.cordon.bench.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One channel. Everything that a read brings for it is gathered, already framed, in one pooled direct buffer, which is written and
 * flushed at the end of that read ({@code channelReadComplete}), whosever read it was.
 *
 * <p>The frames are written as bytes past Netty's encoder: a server's frame is a header of two to ten bytes before a payload that is
 * not masked, and the encoder would make an object and a buffer of each. Servers that send the same to many write so. Data up to
 * {@value #COPIED} bytes is copied behind the header, as Netty's encoder does because it is cheaper than a gathering write; longer data
 * is a retained slice of the frame that came.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes its channel
final class NettySession extends ChannelInboundHandlerAdapter {
    private static final int COPIED = 1024;
    private static final int ROOM = 256;
    private static final int FIN_TEXT = 0x81;

    private final NettySessions sessions;
    private @Nullable ChannelHandlerContext codec;
    private @Nullable ByteBuf gathered;

    NettySession(NettySessions sessions) {
        this.sessions = sessions;
    }

    /** Behind the handshake the frame codec is the first handler: what its context writes goes to the socket. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
            codec = context.pipeline().firstContext();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof TextWebSocketFrame frame) {
                sessions.frame(this, frame.content());
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        sessions.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        sessions.left(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    /** Writes a frame's header. Returns whether it is the first since the last flush. */
    boolean begin(int length) {
        ByteBuf out = gathered;
        boolean first = out == null;
        if (out == null) {
            out = buffer(length);
        }
        out.writeByte(FIN_TEXT);
        if (length < 126) {
            out.writeByte(length);
        } else if (length < 65536) {
            out.writeByte(126).writeShort(length);
        } else {
            out.writeByte(127).writeLong(length);
        }
        return first;
    }

    void add(byte[] text) {
        out().writeBytes(text);
    }

    void add(ByteBuf source, int from, int length) {
        if (length <= COPIED) {
            out().writeBytes(source, from, length);
        } else {
            writing().write(out(), writing().voidPromise());
            writing().write(source.retainedSlice(from, length), writing().voidPromise());
            buffer(0);
        }
    }

    void flush() {
        ByteBuf out = out();
        gathered = null;
        writing().writeAndFlush(out, writing().voidPromise());
    }

    private ByteBuf buffer(int length) {
        ByteBuf buffer = writing().alloc().directBuffer(Math.max(ROOM, Math.min(length, COPIED) + ROOM / 2));
        gathered = buffer;
        return buffer;
    }

    private ByteBuf out() {
        ByteBuf out = gathered;
        if (out == null) {
            throw new IllegalStateException("no message was begun");
        }
        return out;
    }

    private ChannelHandlerContext writing() {
        ChannelHandlerContext context = codec;
        if (context == null) {
            throw new IllegalStateException("the handshake is not complete");
        }
        return context;
    }
}
