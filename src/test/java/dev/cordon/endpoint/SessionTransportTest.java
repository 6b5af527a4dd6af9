package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.Transport.Completion;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.upkeep.LogLines;
import jakarta.websocket.SendResult;
import java.io.IOException;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SessionTransportTest {
    private final FakeSession session = new FakeSession();
    private final SessionTransport transport = new SessionTransport(session.session, "192.0.2.7");
    private final List<String> told = new ArrayList<>();

    private final Completion completion = new Completion() {
        @Override
        public void written() {
            told.add("written");
        }

        @Override
        public void failed(Throwable cause) {
            told.add("failed: " + cause.getMessage());
        }
    };

    @Test
    void completesATextWhenTheContainerHasSentIt() {
        transport.write(Frame.of("{}"), completion);
        assertThat(session.texts).containsExactly("{}");
        assertThat(told).isEmpty();

        session.sent(new SendResult());

        assertThat(told).containsExactly("written");
    }

    @Test
    void failsATextThatTheContainerCouldNotSend() {
        transport.write(Frame.of("{}"), completion);

        session.sent(new SendResult(new IOException("reset")));

        assertThat(told).containsExactly("failed: reset");
    }

    @Test
    void failsATextThatTheContainerDoesNotAccept() {
        session.loses();

        transport.write(Frame.of("{}"), completion);

        assertThat(told).containsExactly("failed: the session is closed");
    }

    @Test
    void closesOnceWithTheFirstCodeAndReason() {
        transport.close(Disconnect.SHUTDOWN);
        transport.close(Disconnect.SLOW);

        assertThat(session.closes).containsExactly(Disconnect.SHUTDOWN.code() + " " + Disconnect.SHUTDOWN.reason());
    }

    @Test
    void logsACloseOfALostSessionAtDebugLevelOnly() {
        session.loses();

        List<LogRecord> lines =
                LogLines.withDetails(SessionTransport.class, () -> transport.close(Disconnect.SHUTDOWN));

        assertThat(lines)
                .extracting(line -> MessageFormat.format(line.getMessage(), line.getParameters()))
                .containsExactly("Closing a lost socket: IllegalStateException");
    }

    @Test
    @DisplayName("sends and closes run with the platform class loader; afterwards the thread has its own again")
    void callsTheContainerWithThePlatformClassLoader() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader application = new ClassLoader(before) {};
        thread.setContextClassLoader(application);
        try {
            transport.write(Frame.of("{}"), completion);
            session.loses();
            transport.close(Disconnect.SHUTDOWN);

            assertThat(session.loaders).hasSize(2).containsOnly(ClassLoader.getPlatformClassLoader());
            assertThat(thread.getContextClassLoader()).isSameAs(application);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void returnsThePeersAddress() {
        assertThat(transport.remoteAddress()).isEqualTo("192.0.2.7");
    }
}
