/**
 * Cordon in the real container. All classes here share one Payara Micro with the built WAR ({@link dev.cordon.it.Deployment});
 * those that stop, kill or misconfigure a server start one of their own ({@link dev.cordon.it.MicroServer}).
 */
@NullMarked
package dev.cordon.it;

import org.jspecify.annotations.NullMarked;
