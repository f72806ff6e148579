package io.inmesh.control.client.decode;

import static io.inmesh.control.client.SecretMessages.certificate;
import static io.inmesh.control.client.SecretMessages.keyPem;
import static io.inmesh.control.client.SecretMessages.roots;
import static io.inmesh.control.client.SecretMessages.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.Finding;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.tls.Credentials;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a secret, good or not. */
class SecretDecoderTest {
  private static final String NAME = "kubernetes://shop";

  private final FieldTable table = FieldTable.load();
  private final TestCa ca = TestCa.stranger();
  private final TestCa.Signed signed = signed(ca, "shop.example");

  private Decoded<io.inmesh.tls.Secret> decode(Secret secret) {
    return new SecretDecoder(table)
        .decode(
            NAME,
            WireMessage.parse(
                table.message("envoy.extensions.transport_sockets.tls.v3.Secret"),
                secret.toByteArray()));
  }

  private void assertRefused(Secret secret, String path) {
    Decoded<io.inmesh.tls.Secret> decoded = decode(secret);
    assertThat(decoded.value()).isEqualTo(io.inmesh.tls.Secret.NONE);
    assertThat(decoded.findings()).filteredOn(Finding::refuses).extracting("path").contains(path);
  }

  @Test
  void aCertificateComesWithItsKey() {
    Decoded<io.inmesh.tls.Secret> decoded = decode(certificate(NAME, signed));
    Credentials credentials = decoded.value().credentials().orElseThrow();
    assertThat(credentials.chain()).containsExactly(signed.chain().get(0));
    assertThat(credentials.key()).isEqualTo(signed.key());
    assertThat(decoded.value().roots()).isEmpty();
    assertThat(decoded.findings()).isEmpty();
  }

  @Test
  void rootsAreThoseOfTheValidationContext() {
    Decoded<io.inmesh.tls.Secret> decoded = decode(roots(NAME, ca.root()));
    assertThat(decoded.value().roots().orElseThrow().roots()).containsExactly(ca.root());
    assertThat(decoded.value().credentials()).isEmpty();
    assertThat(decoded.findings()).isEmpty();
  }

  @Test
  void whatEnvoyWouldRejectIsRejectedWithoutSayingTheKey() {
    Secret good = certificate(NAME, signed);
    TestCa.Signed other = signed(ca, "other.example");
    Secret mixed =
        good.toBuilder()
            .setTlsCertificate(
                good.getTlsCertificate().toBuilder()
                    .setPrivateKey(certificate(NAME, other).getTlsCertificate().getPrivateKey()))
            .build();
    assertRejected(mixed, "the key is not that of the certificate", keyPem(other));
    String broken = keyPem(signed).replace("MII", "!!!").replace("MEE", "!!!").replace("MEA", "!");
    Secret unreadable =
        good.toBuilder()
            .setTlsCertificate(
                good.getTlsCertificate().toBuilder()
                    .setPrivateKey(
                        DataSource.newBuilder().setInlineBytes(ByteString.copyFromUtf8(broken))))
            .build();
    assertRejected(unreadable, "PRIVATE KEY", broken);
    assertRejected(
        roots(NAME, ca.root()).toBuilder()
            .setValidationContext(
                roots(NAME, ca.root()).getValidationContext().toBuilder().clearTrustedCa())
            .build(),
        "trusted_ca",
        "PRIVATE");
    assertRejected(
        Secret.newBuilder().setName(NAME).build(), "neither a certificate nor roots", "PRIVATE");
    assertRejected(
        certificate("kubernetes://other", signed),
        "Unexpected SDS secret (expecting kubernetes://shop): kubernetes://other",
        "PRIVATE");
  }

  private void assertRejected(Secret secret, String why, String key) {
    assertThatThrownBy(() -> decode(secret))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .satisfies(
            e -> {
              for (String line : key.split("\n", -1)) {
                if (line.length() > 20 && !line.startsWith("-")) {
                  assertThat(String.valueOf(e.getMessage())).doesNotContain(line);
                }
              }
            });
  }

  @Test
  void whatIsNotSupportedMakesItUnusable() {
    Secret good = certificate(NAME, signed);
    assertRefused(
        good.toBuilder()
            .setTlsCertificate(
                good.getTlsCertificate().toBuilder()
                    .setPrivateKey(DataSource.newBuilder().setFilename("/key.pem")))
            .build(),
        "tls_certificate.private_key.filename");
    Secret roots = roots(NAME, ca.root());
    assertRefused(
        roots.toBuilder()
            .setValidationContext(
                roots.getValidationContext().toBuilder()
                    .addMatchTypedSubjectAltNames(
                        SubjectAltNameMatcher.newBuilder()
                            .setSanType(SubjectAltNameMatcher.SanType.URI)))
            .build(),
        "validation_context.match_typed_subject_alt_names");
    assertRefused(
        roots.toBuilder()
            .setValidationContext(
                roots.getValidationContext().toBuilder()
                    .setCrl(DataSource.newBuilder().setInlineString("crl")))
            .build(),
        "validation_context.crl");
    assertRefused(
        Secret.newBuilder()
            .setName(NAME)
            .setGenericSecret(GenericSecret.getDefaultInstance())
            .build(),
        "generic_secret");
  }

  @Test
  void theNewestFieldsOfACertificateDegradeOrRefuse() {
    Secret good = certificate(NAME, signed);
    Decoded<io.inmesh.tls.Secret> stapled =
        decode(
            good.toBuilder()
                .setTlsCertificate(
                    good.getTlsCertificate().toBuilder()
                        .setOcspStaple(DataSource.newBuilder().setInlineString("staple")))
                .build());
    assertThat(stapled.value().credentials()).isPresent();
    assertThat(stapled.findings())
        .extracting("path")
        .isEqualTo(List.of("tls_certificate.ocsp_staple"));
  }
}
