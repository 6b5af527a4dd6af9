package dev.cordon.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

/** Tomcat embedded, NIO connector, as many threads as Payara gets. */
public final class TomcatPeer {
    private TomcatPeer() {}

    public static void main(String[] args) throws IOException, LifecycleException {
        System.setProperty("bench.peer.blocking", "true");
        String base = Files.createTempDirectory("bench-tomcat").toString();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(base);
        Connector connector = new Connector();
        connector.setPort(Integer.parseInt(args[0]));
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxThreads", "4");
        connector.setProperty("maxConnections", "20000");
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", base);
        context.addServletContainerInitializer(new WsSci(), Set.of(BareEndpoint.class));
        Tomcat.addServlet(context, "default", new DefaultServlet());
        context.addServletMappingDecoded("/", "default");
        tomcat.start();
        Parent.await();
    }
}
