package dev.cordon.manager;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Var handles for atomic access to a class's own fields. They save an object for each atomic value (ADR 0009). */
final class FieldHandles {
    private FieldHandles() {}

    /**
     * @param own the lookup of the class that has the field
     * @throws LinkageError if the class has no field of this name and type
     */
    static VarHandle field(MethodHandles.Lookup own, String name, Class<?> type) {
        try {
            return own.findVarHandle(own.lookupClass(), name, type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name, e);
        }
    }
}
