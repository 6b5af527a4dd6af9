package dev.cordon.it;

import java.io.File;
import org.eu.ingwar.tools.arquillian.extension.suite.annotations.ArquillianSuiteDeployment;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The built WAR, deployed once for all integration tests. */
@ArquillianSuiteDeployment
public class Deployment {
    @org.jboss.arquillian.container.test.api.Deployment(testable = false)
    public static WebArchive war() {
        return ShrinkWrap.create(ZipImporter.class, "cordon.war")
                .importFrom(new File(System.getProperty("cordon.war")))
                .as(WebArchive.class);
    }
}
