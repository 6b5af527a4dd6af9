package dev.cordon.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.upkeep.LogLines;
import java.util.List;
import java.util.Map;
import java.util.logging.LogRecord;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName(
        "JMX: a remote call's thread may have no class loader; meanwhile it has the application's, by which CDI finds it")
class DescribedMXBeanTest {
    private final Thread thread = Thread.currentThread();
    private final ClassLoader before = thread.getContextClassLoader();
    private final DescribedMXBean<LoaderMXBean> bean =
            new DescribedMXBean<>(new Asked(), LoaderMXBean.class, new MetricAttributes(Map.of(), List.of()));

    /** The bean of this test. */
    public interface LoaderMXBean {
        /** Whether the reading thread has the application's loader. */
        boolean isThere();

        /** Whether the calling thread has the application's loader. */
        boolean ask();

        /** Answers with the text. */
        String echo(String text);
    }

    private static final class Asked implements LoaderMXBean {
        @Override
        public boolean isThere() {
            return Thread.currentThread().getContextClassLoader() == LoaderMXBean.class.getClassLoader();
        }

        @Override
        public boolean ask() {
            return isThere();
        }

        @Override
        public String echo(String text) {
            return text;
        }
    }

    @BeforeEach
    void takeTheLoader() {
        thread.setContextClassLoader(null);
    }

    @AfterEach
    void giveItBack() {
        thread.setContextClassLoader(before);
    }

    @Test
    void anOperationHasTheApplicationsLoader() throws Exception {
        assertThat(bean.invoke("ask", new Object[0], new String[0])).isEqualTo(true);
        assertThat(thread.getContextClassLoader()).isNull();
    }

    @Test
    void theThreadGetsItsOwnLoaderBack() throws Exception {
        ClassLoader own = ClassLoader.getPlatformClassLoader();
        thread.setContextClassLoader(own);

        assertThat(bean.getAttribute("There")).isEqualTo(true);
        assertThat(bean.invoke("ask", new Object[0], new String[0])).isEqualTo(true);

        assertThat(thread.getContextClassLoader()).isSameAs(own);
    }

    @Test
    void logsAnAttributeThatIsLeftOut() {
        List<LogRecord> details = LogLines.withDetails(
                DescribedMXBean.class,
                () -> assertThat(bean.getAttributes(new String[] {"Nothing", "There"})
                                .asList())
                        .containsExactly(new Attribute("There", true)));

        assertThat(details).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).isEqualTo("An attribute cannot be read: Nothing");
            assertThat(line.getThrown()).isInstanceOf(AttributeNotFoundException.class);
        });
    }

    @Test
    void whatHasNoDescriptionHasTheOneOfTheRuntime() {
        MBeanInfo info = bean.getMBeanInfo();

        assertThat(info.getDescription()).isNotBlank();
        assertThat(info.getAttributes())
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.getDescription()).isNotBlank());
        assertThat(info.getOperations())
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.getDescription()).isNotBlank());
        assertThat(info.getOperations())
                .flatExtracting(each -> List.of(each.getSignature()))
                .singleElement()
                .satisfies(text -> assertThat(text.getDescription()).isNotBlank())
                .satisfies(text -> assertThat(text.getName()).isEqualTo("text"));
    }

    @Test
    void anAttributeHasTheApplicationsLoader() throws Exception {
        assertThat(bean.getAttribute("There")).isEqualTo(true);
        assertThat(thread.getContextClassLoader()).isNull();
    }
}
