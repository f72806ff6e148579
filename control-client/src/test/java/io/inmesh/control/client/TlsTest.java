package io.inmesh.control.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.inmesh.control.client.transport.ControlPlaneAddress;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS to the control plane: the root comes from a file and the host name is verified. */
class TlsTest {
  private final Path folder;

  TlsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aServerOfTheRootIsTrusted() throws Exception {
    Path root = certificate("server", "ip:127.0.0.1");
    try (FakeControlPlane plane = plane("server");
        Client client = client(plane, root)) {
      await().until(() -> client.newest() != null);
      assertThat(client.status().connected()).isTrue();
    }
  }

  @Test
  void aServerOfAnotherRootIsRefused() throws Exception {
    certificate("server", "ip:127.0.0.1");
    Path other = certificate("other", "ip:127.0.0.1");
    try (FakeControlPlane plane = plane("server");
        Client client = client(plane, other)) {
      await().until(() -> !client.log().isEmpty());
      assertThat(client.log().get(0))
          .contains("TLS with https://127.0.0.1", "failed", "(root-ca " + other + ")");
      assertThat(plane.streams()).isEmpty();
    }
  }

  @Test
  void aServerWithAnotherNameIsRefused() throws Exception {
    Path root = certificate("server", "dns:istiod.example");
    try (FakeControlPlane plane = plane("server");
        Client client = client(plane, root)) {
      await().until(() -> !client.log().isEmpty());
      assertThat(client.log().get(0)).contains("failed");
      assertThat(plane.streams()).isEmpty();
    }
  }

  private static Client client(FakeControlPlane plane, Path root) {
    return new Client(
        ControlPlaneAddress.parse("https://127.0.0.1:" + plane.port(), root, null),
        AdsSettings.of(Client.NODE));
  }

  private FakeControlPlane plane(String name) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
      store.load(in, "password".toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, "password".toCharArray());
    SslContextBuilder tls =
        GrpcSslContexts.configure(SslContextBuilder.forServer(keys), SslProvider.JDK);
    FakeControlPlane plane =
        new FakeControlPlane(
            NettyServerBuilder.forAddress(FakeControlPlane.loopback(0)).sslContext(tls.build()));
    return plane
        .with(Mesh.clusterName("cart"), Mesh.cluster("cart"), "1")
        .with("0.0.0.0_8080", Mesh.listener(8080), "1")
        .with("8080", Mesh.routes(8080, "cart"), "1");
  }

  /**
   * Makes a self-signed key pair with the tool of the JDK and returns the certificate in PEM form.
   */
  private Path certificate(String name, String san) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process tool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    name,
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "san=" + san,
                    "-validity",
                    "2",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    "password"))
            .redirectErrorStream(true)
            .start();
    tool.getInputStream().transferTo(System.out);
    assertThat(tool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "password".toCharArray());
    }
    String body = Base64.getMimeEncoder().encodeToString(keys.getCertificate(name).getEncoded());
    Path pem = folder.resolve(name + ".pem");
    Files.writeString(
        pem,
        "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n",
        StandardCharsets.US_ASCII);
    return pem;
  }
}
