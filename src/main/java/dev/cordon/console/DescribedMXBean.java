package dev.cordon.console;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.StandardMBean;

/** An MXBean whose descriptions are the {@link Description}s of its interface. */
final class DescribedMXBean<T> extends StandardMBean {
    private final Class<T> face;

    DescribedMXBean(T bean, Class<T> face) {
        super(bean, face, true);
        this.face = face;
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
        return method(of.getName())
                .map(method -> method.getParameters()[sequence].getName())
                .orElseGet(() -> super.getParameterName(of, parameter, sequence));
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
