package dev.cordon.console;

import java.lang.System.Logger.Level;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ReflectionException;
import javax.management.StandardMBean;
import org.jspecify.annotations.Nullable;

/** An MXBean with the {@link Description}s of its interface, and with an attribute for each of some metrics. */
final class DescribedMXBean<T> extends StandardMBean {
    private static final System.Logger LOG = System.getLogger(DescribedMXBean.class.getName());

    private final Class<T> face;
    private final MetricAttributes metrics;

    DescribedMXBean(T bean, Class<T> face, MetricAttributes metrics) {
        super(bean, face, true);
        this.face = face;
        this.metrics = metrics;
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        MBeanInfo of = super.getMBeanInfo();
        List<MBeanAttributeInfo> attributes = new ArrayList<>(List.of(of.getAttributes()));
        attributes.addAll(metrics.infos());
        return new MBeanInfo(
                of.getClassName(),
                of.getDescription(),
                attributes.toArray(MBeanAttributeInfo[]::new),
                of.getConstructors(),
                of.getOperations(),
                of.getNotifications(),
                of.getDescriptor());
    }

    @Override
    public Object getAttribute(String attribute)
            throws AttributeNotFoundException, MBeanException, ReflectionException {
        ClassLoader before = enter();
        try {
            Optional<Long> metric = metrics.value(attribute);
            return metric.isPresent() ? metric.get() : super.getAttribute(attribute);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Override
    public Object invoke(String operation, Object[] arguments, String[] signature)
            throws MBeanException, ReflectionException {
        ClassLoader before = enter();
        try {
            return super.invoke(operation, arguments, signature);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /**
     * CDI knows the application by the thread's context class loader, and a thread of a remote call may have none.
     * Returns the one before.
     */
    private @Nullable ClassLoader enter() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(face.getClassLoader());
        return before;
    }

    /** Leaves out an attribute that cannot be read, as {@link javax.management.DynamicMBean} wants it. */
    @Override
    public AttributeList getAttributes(String[] attributes) {
        AttributeList values = new AttributeList();
        for (String attribute : attributes) {
            try {
                values.add(new Attribute(attribute, getAttribute(attribute)));
            } catch (JMException | RuntimeException e) {
                LOG.log(Level.DEBUG, "An attribute cannot be read: " + attribute, e);
            }
        }
        return values;
    }

    @Override
    protected String getDescription(MBeanInfo info) {
        return of(face).orElseGet(() -> super.getDescription(info));
    }

    @Override
    protected String getDescription(MBeanAttributeInfo info) {
        String getter = (info.isIs() ? "is" : "get") + info.getName();
        return method(getter).flatMap(DescribedMXBean::of).orElseGet(() -> super.getDescription(info));
    }

    @Override
    protected String getDescription(MBeanOperationInfo info) {
        return method(info.getName()).flatMap(DescribedMXBean::of).orElseGet(() -> super.getDescription(info));
    }

    @Override
    protected String getDescription(MBeanOperationInfo of, MBeanParameterInfo parameter, int sequence) {
        return method(of.getName())
                .flatMap(method -> of(method.getParameters()[sequence]))
                .orElseGet(() -> super.getDescription(of, parameter, sequence));
    }

    @Override
    protected String getParameterName(MBeanOperationInfo of, MBeanParameterInfo parameter, int sequence) {
        return method(of.getName()).orElseThrow().getParameters()[sequence].getName();
    }

    /** The operations of these interfaces are not overloaded. */
    private Optional<Method> method(String name) {
        return Arrays.stream(face.getMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst();
    }

    private static Optional<String> of(AnnotatedElement element) {
        return Optional.ofNullable(element.getAnnotation(Description.class)).map(Description::value);
    }
}
