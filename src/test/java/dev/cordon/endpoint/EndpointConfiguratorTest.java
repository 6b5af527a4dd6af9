package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.TestNode;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointConfiguratorTest {
    private final TestNode node = new TestNode();
    private final EndpointConfigurator configurator = new EndpointConfigurator();

    @BeforeEach
    void startApplication() {
        Beans beans = new Beans(Map.of(Gateway.class, node.gateway, ServerPlatform.class, ServerPlatform.PORTABLE));
        CDI.setCDIProvider(() -> beans);
    }

    @AfterEach
    void endApplication() {
        Beans.forget();
    }

    @Test
    void createsAnEndpointForEachConnectionWithTheApplicationsGateway() {
        GatewayEndpoint first = configurator.getEndpointInstance(GatewayEndpoint.class);
        GatewayEndpoint second = configurator.getEndpointInstance(GatewayEndpoint.class);

        first.opened(new FakeSession().session);

        assertThat(second).isNotSameAs(first);
        assertThat(node.factory.connections()).hasSize(1);
    }

    @Test
    void acceptsEachOriginBecauseTheFilterHasCheckedIt() {
        assertThat(configurator.checkOrigin("https://evil.example")).isTrue();
    }

    @Test
    void negotiatesASubprotocolAndNoExtension() {
        List<String> supported = List.of("centrifuge-json", "centrifuge-protobuf");
        assertThat(configurator.getNegotiatedSubprotocol(supported, List.of("a", "centrifuge-protobuf")))
                .isEqualTo("centrifuge-protobuf");
        assertThat(configurator.getNegotiatedSubprotocol(supported, List.of())).isEmpty();
        assertThat(configurator.getNegotiatedExtensions(List.of(), List.of())).isEmpty();
    }

    /** The beans of an application, one of each type. */
    private static final class Beans extends CDI<Object> {
        private final Map<Class<?>, Object> all;

        Beans(Map<Class<?>, Object> all) {
            this.all = all;
        }

        @SuppressWarnings("NullAway") // the initial value of the field
        static void forget() {
            configuredProvider = null;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <U> Instance<U> select(Class<U> type, Annotation... qualifiers) {
            return (Instance<U>) Proxy.newProxyInstance(
                    EndpointConfiguratorTest.class.getClassLoader(),
                    new Class<?>[] {Instance.class},
                    (proxy, called, arguments) -> all.get(type));
        }

        @Override
        public Instance<Object> select(Annotation... qualifiers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <U> Instance<U> select(TypeLiteral<U> type, Annotation... qualifiers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public BeanManager getBeanManager() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isUnsatisfied() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isAmbiguous() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void destroy(Object instance) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Handle<Object> getHandle() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Iterable<? extends Handle<Object>> handles() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object get() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Iterator<Object> iterator() {
            throw new UnsupportedOperationException();
        }
    }
}
