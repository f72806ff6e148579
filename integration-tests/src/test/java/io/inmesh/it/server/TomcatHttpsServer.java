package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.TestCa;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/** Tomcat to which the app has given TLS of its own. */
public final class TomcatHttpsServer extends TomcatServer {
  private static final String PASSWORD = "password";

  @Override
  Connector connector() throws Exception {
    TestCa.Signed own =
        TestCa.stranger().sign("own.example", "app", Instant.now().plus(Duration.ofHours(1)));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "own", own.key(), PASSWORD.toCharArray(), own.chain().toArray(X509Certificate[]::new));
    SSLHostConfig host = new SSLHostConfig();
    SSLHostConfigCertificate certificate =
        new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
    certificate.setCertificateKeystore(keys);
    certificate.setCertificateKeystorePassword(PASSWORD);
    host.addCertificate(certificate);
    Connector connector = new Connector();
    connector.setScheme("https");
    connector.setSecure(true);
    connector.setProperty("SSLEnabled", "true");
    connector.addSslHostConfig(host);
    return connector;
  }
}
