package dev.cordon.websocket;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketClientExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateClientExtensionHandshaker;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Netty's WebSocket client, which offers permessage-deflate and compresses all that it sends. */
public final class DeflatingClient implements AutoCloseable {
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final long PATIENCE_SECONDS = 20;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<String> came = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> extensions = new CompletableFuture<>();
    private final WebSocketClientHandshaker handshaker;
    private final Channel channel;

    private DeflatingClient(URI uri, int port) throws InterruptedException {
        handshaker = WebSocketClientHandshakerFactory.newHandshaker(
                uri, WebSocketVersion.V13, null, true, new DefaultHttpHeaders(), MAX_BYTES);
        channel = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline()
                                .addLast(
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(64 * 1024),
                                        new WebSocketClientExtensionHandler(
                                                new PerMessageDeflateClientExtensionHandshaker(
                                                        6, true, 15, true, true, MAX_BYTES)),
                                        new Receiver());
                    }
                })
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .sync()
                .channel();
    }

    /** Connects to a server on loopback, at the URI's port. */
    public static DeflatingClient connect(URI uri) throws Exception {
        return connect(uri, uri.getPort());
    }

    /** Connects to a server on loopback, whose name and port in the URI may be others. */
    public static DeflatingClient connect(URI uri, int port) throws Exception {
        DeflatingClient client = new DeflatingClient(uri, port);
        client.extensions();
        return client;
    }

    /** The server's {@code Sec-WebSocket-Extensions}; empty without. */
    public String extensions() throws Exception {
        return extensions.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Sends a text, compressed where the server has agreed. */
    public void send(String text) throws InterruptedException {
        ChannelFuture unused =
                channel.writeAndFlush(new TextWebSocketFrame(text)).sync();
    }

    /** The next text; {@code close} and the code when the server closes. */
    public @Nullable String next() throws InterruptedException {
        return came.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        ChannelFuture closed = channel.close().awaitUninterruptibly();
        Future<?> ended =
                loop.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
        if (!closed.isSuccess() || !ended.isSuccess()) {
            throw new IllegalStateException("the client did not end");
        }
    }

    private final class Receiver extends SimpleChannelInboundHandler<Object> {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            ChannelFuture unused = handshaker.handshake(context.channel());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Object message) {
            if (message instanceof FullHttpResponse response) {
                handshaker.finishHandshake(context.channel(), response);
                context.pipeline().addBefore(context.name(), "aggregator", new WebSocketFrameAggregator(MAX_BYTES));
                String agreed = response.headers().get("Sec-WebSocket-Extensions");
                extensions.complete(agreed == null ? "" : agreed);
            } else if (message instanceof TextWebSocketFrame text) {
                came.add(text.text());
            } else if (message instanceof CloseWebSocketFrame close) {
                came.add("close " + close.statusCode());
            } else if (message instanceof WebSocketFrame other) {
                came.add("frame " + other.getClass().getSimpleName());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            extensions.completeExceptionally(cause);
            came.add("failed " + cause);
        }
    }
}
