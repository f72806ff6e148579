package io.inmesh.agent.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inmesh.agent.identity.Certificates;
import io.inmesh.agent.identity.DeliveredSecrets;
import io.inmesh.agent.identity.MeshSecrets;
import io.inmesh.engine.listener.DownstreamTls;
import io.inmesh.engine.net.TlsParameters;
import io.inmesh.tls.Identity;
import io.inmesh.tls.Secret;
import io.inmesh.tls.ServerTls;
import io.inmesh.tls.TrustBundle;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When the TLS of a chain is made anew, and when it is refused. */
class ServerContextsTest {
  private final Certificates certificates = new Certificates();
  private final DeliveredSecrets delivered = new DeliveredSecrets();
  private Optional<Identity> identity = Optional.of(certificates.identity("shop"));
  private final ServerContexts contexts =
      new ServerContexts(new MeshSecrets(() -> identity, delivered, problem -> {}));

  private static DownstreamTls tls(String certificate) {
    return new DownstreamTls(
        certificate.equals("default"),
        true,
        List.of("h2", "http/1.1"),
        List.of(),
        certificate,
        "ROOTCA",
        TlsParameters.DEFAULT);
  }

  @Test
  void isNewForARenewedCertificateAndForNewRoots() throws Exception {
    ServerTls first = contexts.of(tls("default"));
    assertThat(contexts.of(tls("default"))).isSameAs(first);
    identity = Optional.of(certificates.identity("shop"));
    ServerTls renewed = contexts.of(tls("default"));
    assertThat(renewed).as("sessions end with the certificate").isNotSameAs(first);
    Identity shop = identity.orElseThrow();
    identity =
        Optional.of(
            new Identity(
                shop.credentials(),
                TrustBundle.of(List.of(certificates.root(), new Certificates().root())),
                shop.id()));
    assertThat(contexts.of(tls("default"))).isNotSameAs(renewed);
  }

  @Test
  void isRefusedWithoutACertificate() throws Exception {
    contexts.of(tls("default"));
    identity = Optional.empty();
    assertThatThrownBy(() -> contexts.of(tls("default")))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("the certificate default is not there (see /certs)");
  }

  @Test
  void aDeliveredCertificateIsShownWhileItIsThere() throws Exception {
    DownstreamTls ingress = tls("kubernetes://shop");
    assertThatThrownBy(() -> contexts.of(ingress))
        .hasMessageContaining("the certificate kubernetes://shop is not there");
    delivered.replace(
        Map.of("kubernetes://shop", Secret.of(certificates.identity("a").credentials())));
    ServerTls first = contexts.of(ingress);
    assertThat(contexts.of(ingress)).isSameAs(first);
    delivered.replace(
        Map.of("kubernetes://shop", Secret.of(certificates.identity("a").credentials())));
    assertThat(contexts.of(ingress)).as("of another certificate").isNotSameAs(first);
    delivered.replace(Map.of());
    assertThatThrownBy(() -> contexts.of(ingress)).isInstanceOf(GeneralSecurityException.class);
  }
}
