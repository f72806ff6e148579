package io.inmesh.agent.identity;

import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.tls.Credentials;
import io.inmesh.tls.Identity;
import io.inmesh.tls.Pem;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Certificates of an authority, in the forms that the agent knows. */
public final class Certificates {
  private final TestCa ca = TestCa.stranger();

  public X509Certificate root() {
    return ca.root();
  }

  Credentials credentials(String... names) {
    TestCa.Signed signed = sign(names);
    return new Credentials(List.of(signed.chain().get(0)), signed.key());
  }

  public Identity identity(String account) {
    TestCa.Signed signed = sign("spiffe://cluster.local/ns/test/sa/" + account);
    return Identity.of(signed.chain(), signed.key(), List.of());
  }

  private TestCa.Signed sign(String... names) {
    return ca.sign(Instant.now().minusSeconds(60), Instant.now().plusSeconds(3600), names);
  }

  static String pem(X509Certificate certificate) throws Exception {
    return Pem.write("CERTIFICATE", certificate.getEncoded());
  }

  static String keyPem(Credentials credentials) {
    return Pem.write("PRIVATE KEY", credentials.key().getEncoded());
  }
}
