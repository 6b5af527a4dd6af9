/**
 * Publishes what applications have put into a table of their own database, in their own transactions (ADR 0031). Uses log,
 * manager, metric, protocol and publish. Confined to its duty.
 */
@NullMarked
package dev.cordon.outbox;

import org.jspecify.annotations.NullMarked;
