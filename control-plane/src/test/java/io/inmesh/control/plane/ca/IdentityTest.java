package io.inmesh.control.plane.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.control.client.ClientLog;
import io.inmesh.control.client.identity.IdentityClient;
import io.inmesh.control.client.identity.IdentitySettings;
import io.inmesh.control.client.transport.ControlPlaneAddress;
import io.inmesh.control.client.transport.NettyTransport;
import io.inmesh.control.plane.ControlPlane;
import io.inmesh.control.plane.HostPort;
import io.inmesh.tls.Identity;
import io.inmesh.tls.SpiffeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent's identity from our own certificate authority, over real sockets. */
class IdentityTest {
  private static final SpiffeId CART = SpiffeId.of("cluster.local", "shop", "cart");
  private static final String WORKLOADS =
      """
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: cart, namespace: shop}
      spec: {address: 127.0.0.1, serviceAccount: cart}
      ---
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: admin, namespace: shop}
      spec: {address: 127.0.0.1, serviceAccount: admin}
      """;

  @TempDir Path folder = Path.of("");
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<Optional<Identity>> heard = new CopyOnWriteArrayList<>();
  private @Nullable ControlPlane plane;
  private @Nullable NettyTransport transport;
  private int port;

  @BeforeEach
  void start() throws IOException {
    Files.createDirectories(folder.resolve("config"));
    Files.writeString(folder.resolve("config/workloads.yaml"), WORKLOADS);
    startPlane("ca");
  }

  private void startPlane(String ca) throws IOException {
    SecurePort.Options secure =
        new SecurePort.Options(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            folder.resolve(ca),
            null,
            folder.resolve("tokens"));
    ControlPlane started =
        ControlPlane.start(
            ControlPlane.Options.local(folder.resolve("config")).withSecure(secure), log::add);
    plane = started;
    HostPort address = started.secure();
    port = address == null ? 0 : address.port();
  }

  private void stopPlane() {
    ControlPlane running = plane;
    if (running != null) {
      running.close();
    }
  }

  @AfterEach
  void stop() {
    NettyTransport open = transport;
    if (open != null) {
      open.close();
    }
    stopPlane();
  }

  private IdentityClient client(String token, Duration life) {
    return client(token, life, "ca");
  }

  private IdentityClient client(String token, Duration life, String ca) {
    NettyTransport over =
        new NettyTransport(
            ControlPlaneAddress.parse(
                "https://localhost:" + port,
                folder.resolve(ca).resolve("root-cert.pem"),
                folder.resolve("tokens").resolve(token)));
    transport = over;
    IdentityClient client =
        new IdentityClient(
            new IdentitySettings(CART, "Kubernetes", null, life),
            over,
            InstantSource.system(),
            () -> ThreadLocalRandom.current().nextLong(),
            identity -> {
              over.present(identity);
              heard.add(identity);
            },
            new Log());
    client.start();
    return client;
  }

  @Test
  void aTokenBuysACertificateOfItsServiceAccount() throws Exception {
    IdentityClient client = client("shop.cart.jwt", Duration.ofHours(1));
    await().until(() -> client.status().identity().isPresent());
    Identity identity = client.status().identity().orElseThrow();
    assertThat(identity.id()).isEqualTo(CART);
    assertThat(identity.chain()).hasSize(1);
    X509Certificate root = identity.trust().roots().get(0);
    identity.certificate().verify(root.getPublicKey());
    assertThat(log).anyMatch(line -> line.startsWith("certificate for " + CART + " to "));
    assertThat(client.status().nextRequest().orElseThrow())
        .isBetween(
            identity.expires().minus(Duration.ofMinutes(31)),
            identity.expires().minus(Duration.ofMinutes(29)));
  }

  @Test
  void theTokenDecidesAndNotTheRequest() {
    IdentityClient client = client("shop.admin.jwt", Duration.ofHours(1));
    await().until(() -> client.status().identity().isPresent());
    assertThat(client.status().identity().orElseThrow().id())
        .isEqualTo(SpiffeId.of("cluster.local", "shop", "admin"));
    assertThat(log)
        .anyMatch(
            line ->
                line.contains("asked for " + CART)
                    && line.contains(
                        folder.resolve("tokens/shop.admin.jwt")
                            + " is that of system:serviceaccount:shop:admin"));
  }

  @Test
  void itIsRenewedWithANewKeyAndTheSameEpoch() {
    IdentityClient client = client("shop.cart.jwt", Duration.ofSeconds(3));
    await().until(() -> heard.size() >= 3);
    client.close();
    Identity first = heard.get(0).orElseThrow();
    Identity third = heard.get(2).orElseThrow();
    assertThat(third.certificate()).isNotEqualTo(first.certificate());
    assertThat(third.credentials().key()).isNotEqualTo(first.credentials().key());
    assertThat(third.epoch()).isEqualTo(first.epoch());
    assertThat(heard).allMatch(Optional::isPresent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "rubbish", "two\nlines"})
  void itsCertificateRenewsItWhateverBecomesOfTheToken(String content) throws Exception {
    client("shop.cart.jwt", Duration.ofSeconds(3));
    await().until(() -> heard.size() == 1);
    Files.writeString(folder.resolve("tokens/shop.cart.jwt"), content);
    await().until(() -> heard.size() >= 2);
    assertThat(heard.get(1).map(Identity::id)).contains(CART);
  }

  @Test
  void itsCertificateRenewsItWithoutAToken() throws Exception {
    client("shop.cart.jwt", Duration.ofSeconds(3));
    await().until(() -> heard.size() == 1);
    Files.delete(folder.resolve("tokens/shop.cart.jwt"));
    await().until(() -> heard.size() >= 2);
    assertThat(heard.get(1).map(Identity::id)).contains(CART);
  }

  @Test
  void itsTokenRenewsItWhereNobodyTrustsItsCertificateAnyMore() throws Exception {
    client("shop.cart.jwt", Duration.ofSeconds(8));
    await().until(() -> heard.size() == 1);
    CaMaterial next = CaMaterial.in(folder.resolve("next"), "cluster.local");
    for (String file : List.of("root-cert.pem", "ca-cert.pem", "ca-key.pem", "cert-chain.pem")) {
      Files.copy(
          folder.resolve("next").resolve(file),
          folder.resolve("ca").resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    await().until(() -> heard.size() >= 2);
    assertThat(heard).as("never without an identity").allMatch(Optional::isPresent);
    assertThat(heard)
        .last()
        .extracting(i -> i.orElseThrow().trust().roots())
        .isEqualTo(next.roots());
    assertThat(log)
        .anyMatch(line -> line.startsWith("connection refused to the client certificate"));
  }

  @Test
  void aNewRootTakesOverWhileBothAreTrusted() throws Exception {
    IdentityClient client = client("shop.cart.jwt", Duration.ofSeconds(4));
    await().until(() -> heard.size() == 1);
    Identity before = heard.get(0).orElseThrow();
    CaMaterial next = CaMaterial.in(folder.resolve("next"), "cluster.local");
    X509Certificate root = next.roots().get(0);
    Files.writeString(
        folder.resolve("ca/root-cert.pem"),
        Files.readString(folder.resolve("ca/root-cert.pem")) + CaMaterial.pem(root));
    for (String file : List.of("ca-cert.pem", "ca-key.pem", "cert-chain.pem")) {
      Files.copy(
          folder.resolve("next").resolve(file),
          folder.resolve("ca").resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    await()
        .until(() -> client.status().identity().map(i -> i.trust().roots().size()).orElse(0) == 2);
    Identity after = client.status().identity().orElseThrow();
    after.certificate().verify(root.getPublicKey());
    assertThat(after.trust().roots()).containsAll(before.trust().roots());
    assertThat(after.epoch()).isNotEqualTo(before.epoch());

    Files.writeString(folder.resolve("ca/root-cert.pem"), CaMaterial.pem(root));
    await()
        .until(() -> client.status().identity().map(i -> i.trust().roots().size()).orElse(0) == 1);
    int renewals = heard.size();
    await("renewal by an authority that shows a certificate of the new root")
        .until(() -> heard.size() > renewals + 1);
    assertThat(heard).as("never without an identity").allMatch(Optional::isPresent);
  }

  @Test
  void withoutTheAuthorityItStaysUntilItExpiresAndComesBack() throws Exception {
    IdentityClient client = client("shop.cart.jwt", Duration.ofSeconds(2));
    await().until(() -> client.status().identity().isPresent());
    stopPlane();
    await().until(() -> client.status().problem().isPresent());
    await().until(() -> client.status().identity().isEmpty());
    assertThat(heard).last().isEqualTo(Optional.empty());
    assertThat(log).anyMatch(line -> line.contains("has expired"));
    startPlane("ca");
    await().until(() -> client.status().identity().isPresent());
    assertThat(client.status().problem()).isEmpty();
  }

  @Test
  void aTokenThatIsMissingOrWrongIsSaidWithItsFile() throws Exception {
    IdentityClient client = client("nobody.jwt", Duration.ofHours(1));
    await().until(() -> client.status().problem().isPresent());
    assertThat(client.status().problem().orElseThrow())
        .contains("neither a client certificate nor a bearer token")
        .contains("token-file " + folder.resolve("tokens/nobody.jwt") + " does not exist");
    Files.writeString(folder.resolve("tokens/nobody.jwt"), "");
    await().until(() -> client.status().problem().orElse("").contains("nobody.jwt is empty"));
    assertThat(client.status().problem().orElse(""))
        .contains("neither a client certificate nor a bearer token")
        .contains("token-file " + folder.resolve("tokens/nobody.jwt"));
    Files.writeString(folder.resolve("tokens/nobody.jwt"), "rubbish");
    await().until(() -> client.status().problem().orElse("").contains("token is not one of"));
    assertThat(client.status().problem().orElse(""))
        .contains(folder.resolve("tokens/nobody.jwt") + " holds no JWT");
    assertThat(log).anyMatch(line -> line.startsWith("certificate refused to "));
    Files.copy(
        folder.resolve("tokens/shop.cart.jwt"),
        folder.resolve("tokens/nobody.jwt"),
        StandardCopyOption.REPLACE_EXISTING);
    await().until(() -> client.status().identity().isPresent());
  }

  @Test
  void anAuthorityThatTheRootDoesNotKnowIsRefused() throws Exception {
    ControlPlane.Options other = ControlPlane.Options.local(folder.resolve("config"));
    try (ControlPlane foreign =
        ControlPlane.start(
            other.withSecure(
                new SecurePort.Options(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    folder.resolve("foreign"),
                    null,
                    null)),
            log::add)) {
      IdentityClient client = client("shop.cart.jwt", Duration.ofHours(1), "foreign");
      await().until(() -> client.status().problem().isPresent());
      assertThat(client.status().problem().orElseThrow())
          .contains("TLS with", "failed", "root-ca", "foreign");
      assertThat(client.status().identity()).isEmpty();
      assertThat(foreign.secure()).isNotNull();
    }
  }

  private final class Log implements ClientLog {
    @Override
    public void debug(String message) {
      log.add(message);
    }

    @Override
    public void info(String message) {
      log.add(message);
    }

    @Override
    public void warn(String message) {
      log.add(message);
    }
  }
}
