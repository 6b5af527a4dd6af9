/**
 * The walk of a message from an accepted publication to the managers of its owner. Uses log, manager and protocol.
 * Thread-safe; runs on the publisher's thread and never waits for a browser.
 */
@NullMarked
package dev.cordon.publish;

import org.jspecify.annotations.NullMarked;
