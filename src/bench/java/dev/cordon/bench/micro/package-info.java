/**
 * JMH benchmarks of single steps: {@code ./mvnw -Pbench -Dbench.jmh=true verify}. Uses manager and protocol, without a container.
 */
@NullMarked
package dev.cordon.bench.micro;

import org.jspecify.annotations.NullMarked;
