package io.inmesh.control.client;

import static io.inmesh.control.client.ResourceType.CLUSTER;
import static io.inmesh.control.client.ResourceType.SECRETS;
import static io.inmesh.control.client.SecretMessages.certificate;
import static io.inmesh.control.client.SecretMessages.keyPem;
import static io.inmesh.control.client.SecretMessages.pem;
import static io.inmesh.control.client.SecretMessages.roots;
import static io.inmesh.control.client.SecretMessages.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.admin.v3.SecretsConfigDump;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.tls.Identity;
import io.inmesh.tls.Secret;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Secrets over the one stream. */
class SecretsTest {
  private static final String OWN = "kubernetes://shop";
  private static final String ROOTS = "kubernetes://shop-cacert";

  private final TestCa ca = TestCa.stranger();
  private final TestCa.Signed first = signed(ca, "first.example");
  private final TestCa.Signed second = signed(ca, "second.example");
  private final FakeControlPlane plane = new FakeControlPlane();
  private Client client = new Client("http://127.0.0.1:1");

  @BeforeEach
  void connect() {
    client.close();
    plane
        .with(Mesh.clusterName("shop"), SecretMessages.cluster("shop", OWN, ROOTS), "1")
        .with(Mesh.clusterName("mesh"), SecretMessages.cluster("mesh", "default", "ROOTCA"), "1")
        .with(
            Mesh.clusterName("files"),
            SecretMessages.cluster("files", "file-cert:a~b", "file-root:system"),
            "1")
        .with("0.0.0.0_8080", Mesh.listener(8080), "1")
        .with("8080", Mesh.routes(8080, "shop"), "1")
        .with(OWN, certificate(OWN, first), "1")
        .with(ROOTS, roots(ROOTS, ca.root()), "1");
    client = new Client("http://127.0.0.1:" + plane.port());
    await().until(() -> client.newest() != null && client.secrets().size() == 2);
  }

  @AfterEach
  void end() {
    client.close();
    plane.close();
  }

  private Optional<io.inmesh.tls.Credentials> own() {
    return client.secrets().getOrDefault(OWN, Secret.NONE).credentials();
  }

  @Test
  void areAskedForByNameAsClustersMentionThem() {
    List<String> asked = new ArrayList<>();
    plane.requests(SECRETS).forEach(r -> asked.addAll(r.getResourceNamesSubscribeList()));
    assertThat(asked).containsExactlyInAnyOrder(OWN, ROOTS);
    assertThat(own().orElseThrow().certificate()).isEqualTo(first.chain().get(0));
    assertThat(client.secrets()).containsKey(ROOTS);
    assertThat(Client.get(client.ads.unsupported())).isEmpty();
  }

  @Test
  void aNewVersionTakesOver() {
    plane.with(OWN, certificate(OWN, second), "2").push(SECRETS, OWN);
    await().until(() -> own().orElseThrow().certificate().equals(second.chain().get(0)));
  }

  @Test
  void aBadVersionLeavesTheLastGoodOneAndIsNotAcknowledged() {
    io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret mixed =
        certificate(OWN, first).toBuilder()
            .setTlsCertificate(
                certificate(OWN, first).getTlsCertificate().toBuilder()
                    .setPrivateKey(certificate(OWN, second).getTlsCertificate().getPrivateKey()))
            .build();
    plane.with(OWN, mixed, "2").push(SECRETS, OWN);
    await().until(() -> plane.requests(SECRETS).stream().anyMatch(r -> r.hasErrorDetail()));
    DeltaDiscoveryRequest nack =
        plane.requests(SECRETS).stream().filter(r -> r.hasErrorDetail()).findFirst().orElseThrow();
    assertThat(nack.getErrorDetail().getMessage())
        .isEqualTo(OWN + ": the key is not that of the certificate");
    assertThat(own().orElseThrow().certificate()).isEqualTo(first.chain().get(0));
  }

  @Test
  void aRemovedOneIsGone() {
    plane.without(SECRETS, OWN);
    plane.push(SECRETS, OWN);
    await().until(() -> own().isEmpty());
    assertThat(client.secrets()).containsOnlyKeys(ROOTS);
  }

  @Test
  void whatNobodyNamesAnyMoreIsForgotten() {
    plane.without(CLUSTER, Mesh.clusterName("shop"));
    plane.push(CLUSTER, Mesh.clusterName("shop"));
    await().until(() -> client.secrets().isEmpty());
    await()
        .until(
            () ->
                plane.requests(SECRETS).stream()
                    .anyMatch(
                        r -> r.getResourceNamesUnsubscribeList().containsAll(List.of(OWN, ROOTS))));
  }

  @Test
  void aNewStreamIsToldWhatIsHeld() {
    plane.stream().end();
    await().until(() -> plane.streams().size() == 2 && !plane.requests(SECRETS).isEmpty());
    DeltaDiscoveryRequest again = plane.requests(SECRETS).get(0);
    assertThat(again.getInitialResourceVersionsMap()).isEqualTo(Map.of(OWN, "1", ROOTS, "1"));
    assertThat(client.secrets()).hasSize(2);
  }

  @Test
  void noKeyIsInTheDumpOrInTheLog() {
    String dump = Client.get(client.ads.configDump(true, Optional.empty()));
    String key = keyPem(first);
    String encoded =
        Base64.getEncoder().encodeToString(key.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(dump)
        .contains("envoy.admin.v3.SecretsConfigDump", "\"name\":\"" + OWN + "\"")
        .contains(
            "\"privateKey\":{\"inlineBytes\":\""
                + Base64.getEncoder()
                    .encodeToString("[redacted]".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .doesNotContain(encoded.substring(40, 100), key.lines().toList().get(1));
    assertThat(client.log()).noneMatch(line -> line.contains(key.lines().toList().get(1)));
  }

  @Test
  void theOwnIdentityIsInTheDumpAsThatOfASidecarIs() throws Exception {
    TestCa.Signed signed = signed(ca, "spiffe://cluster.local/ns/shop/sa/shop");
    Identity own = Identity.of(signed.chain(), signed.key(), List.of(ca.root()));

    SecretsConfigDump dump =
        EnvoyDescriptors.configDump(Client.get(client.ads.configDump(false, Optional.of(own))))
            .getConfigs(4)
            .unpack(SecretsConfigDump.class);

    assertThat(dump.getDynamicActiveSecretsList())
        .extracting(SecretsConfigDump.DynamicSecret::getName)
        .containsExactly("default", "ROOTCA", OWN, ROOTS);
    TlsCertificate shown = secret(dump, 0).getTlsCertificate();
    assertThat(shown.getCertificateChain().getInlineBytes().toStringUtf8())
        .isEqualTo(pem(own.certificate()));
    assertThat(shown.getPrivateKey().getInlineBytes().toStringUtf8()).isEqualTo("[redacted]");
    assertThat(
            secret(dump, 1).getValidationContext().getTrustedCa().getInlineBytes().toStringUtf8())
        .isEqualTo(pem(ca.root()));
  }

  private static io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret secret(
      SecretsConfigDump dump, int index) throws InvalidProtocolBufferException {
    return dump.getDynamicActiveSecrets(index)
        .getSecret()
        .unpack(io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.class);
  }
}
