/**
 * Everything that knows Payara's insides: Grizzly, Catalina, Tyrus and Payara's own classes, by type or by name. It
 * implements {@link dev.cordon.endpoint.ServerPlatform}. With {@code cordon.payara=false} nothing here runs, and the
 * application runs on Jakarta EE alone. Uses endpoint, gateway, websocket, http and what stands below them; no other
 * package names it. Called on Grizzly's threads.
 */
@NullMarked
package dev.cordon.payara;

import org.jspecify.annotations.NullMarked;
