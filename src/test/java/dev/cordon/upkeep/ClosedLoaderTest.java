package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The shutdown of an application whose class loader the server has closed already, so that no further class can be loaded. */
class ClosedLoaderTest {
    @Test
    @DisplayName("L9: \"Cordon has stopped\" reaches the log although the application's class loader is closed")
    void l9_theLastLineReachesTheLog() {
        List<LogRecord> told = LogLines.of(Drain.class, () -> inALoaderOfItsOwn(DrainsLate.class));

        assertThat(told)
                .extracting(LogRecord::getMessage)
                .containsExactly("Cordon has stopped: 1 connections closed with 3001");
    }

    @Test
    @DisplayName("L9: where a shutdown step hangs is logged although the application's class loader is closed")
    void l9_logsWhereAShutdownStepHangs() {
        List<LogRecord> told = LogLines.of(ShutdownSteps.class, () -> inALoaderOfItsOwn(HangsLate.class));

        assertThat(told).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).startsWith("Stopping: the drain has not ended within");
            assertThat(line.getThrown()).hasMessageContaining("cordon-end-the drain");
        });
    }

    /** Runs the application in a class loader of its own, which the application closes. */
    private static void inALoaderOfItsOwn(Class<? extends Consumer<Runnable>> application) {
        try (Loader loader = new Loader()) {
            Object inside = loader.loadClass(application.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            assertThat(inside).isNotInstanceOf(application);
            @SuppressWarnings("unchecked") // the same class, but for its loader
            Consumer<Runnable> run = (Consumer<Runnable>) inside;
            run.accept(loader::closeQuietly);
        } catch (ReflectiveOperationException | IOException e) {
            throw new AssertionError(e);
        }
    }

    public static final class DrainsLate implements Consumer<Runnable> {
        @Override
        public void accept(Runnable close) {
            ShutdownSteps.prepare();
            TestNode node = new TestNode();
            node.connect("alice", "s");
            Drain drain = new Drain(node.factory, () -> Duration.ZERO, step -> {});
            close.run();

            ShutdownSteps.run("the drain", Duration.ofMinutes(1), drain::run);
        }
    }

    public static final class HangsLate implements Consumer<Runnable> {
        @Override
        public void accept(Runnable close) {
            CountDownLatch never = new CountDownLatch(1);
            ShutdownSteps.prepare();
            close.run();

            ShutdownSteps.run("the drain", Duration.ofMillis(50), () -> {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            never.countDown();
        }
    }

    /** A class loader like a container's: it loads the application's classes itself before it asks its parent. */
    private static final class Loader extends URLClassLoader {
        Loader() {
            super(new URL[] {place(ShutdownSteps.class), place(ClosedLoaderTest.class)}, Loader.class.getClassLoader());
        }

        private static URL place(Class<?> of) {
            return of.getProtectionDomain().getCodeSource().getLocation();
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.cordon.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? findClass(name) : known;
            }
        }

        void closeQuietly() {
            try {
                close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
