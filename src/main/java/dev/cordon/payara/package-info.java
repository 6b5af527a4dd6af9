/**
 * Everything that knows what Payara is made of: Grizzly, Catalina, Tyrus and Payara's own classes, by type or by name. It
 * implements {@link dev.cordon.endpoint.ServerPlatform}; with {@code cordon.payara=false} nothing here runs, and the
 * application runs on Jakarta EE alone. Uses endpoint, gateway, websocket, http and what stands below them; nobody uses it by
 * name. Called on Grizzly's threads.
 */
@NullMarked
package dev.cordon.payara;

import org.jspecify.annotations.NullMarked;
