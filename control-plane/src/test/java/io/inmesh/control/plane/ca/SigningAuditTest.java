package io.inmesh.control.plane.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.inmesh.instrumentation.testing.GrpcBytes;
import io.inmesh.tls.CertificateRequest;
import io.inmesh.tls.SpiffeId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a caller of the authority sends, one line says what became of it. */
class SigningAuditTest {
  private static final SpiffeId CART = SpiffeId.of("cluster.local", "shop", "cart");
  private static final SpiffeId FOREIGN = SpiffeId.of("other.example", "shop", "cart");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final MethodDescriptor<byte[], byte[]> CREATE =
      GrpcBytes.method(
          MethodDescriptor.MethodType.UNARY,
          "istio.v1.auth.IstioCertificateService/CreateCertificate");

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<ManagedChannel> channels = new CopyOnWriteArrayList<>();
  private final SecurePort port;
  private final CaMaterial material;

  SigningAuditTest(@TempDir Path folder) throws IOException {
    port =
        new SecurePort(
            new SecurePort.Options(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder, null, null),
            ServerServiceDefinition.builder("discovery").build(),
            "cluster.local",
            InstantSource.system(),
            log::add);
    material = CaMaterial.read(folder);
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    port.close();
  }

  private record Caller(CertificateRequest request, List<X509Certificate> chain) {}

  private static Caller caller(CaMaterial of, SpiffeId id, Instant now) throws Refusal {
    CertificateRequest request = CertificateRequest.of(id);
    return new Caller(
        request,
        new CertificateAuthority(of, InstantSource.fixed(now)).issue(request.pem(), id, HOUR));
  }

  private ManagedChannel channel(Caller caller) throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(port.address())
            .overrideAuthority("localhost")
            .sslContext(
                GrpcSslContexts.forClient()
                    .trustManager(material.roots())
                    .keyManager(caller.request.key(), caller.chain)
                    .build())
            .build();
    channels.add(channel);
    return channel;
  }

  private Status refusal(Caller caller, byte[] message) throws IOException {
    ManagedChannel channel = channel(caller);
    try {
      ClientCalls.blockingUnaryCall(channel, CREATE, CallOptions.DEFAULT, message);
      return Status.OK;
    } catch (RuntimeException e) {
      return Status.fromThrowable(e);
    }
  }

  private static byte[] request() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeString(1, CertificateRequest.of(CART).pem());
    out.flush();
    return bytes.toByteArray();
  }

  private void audited(String... parts) {
    await().untilAsserted(() -> assertThat(log).hasSize(1));
    assertThat(log.get(0)).contains(parts);
  }

  @Test
  void whatIsIssued() throws Exception {
    assertThat(refusal(caller(material, CART, Instant.now()), request()).isOk()).isTrue();
    audited("certificate for " + CART + " to /127.0.0.1:", " until ");
  }

  @Test
  void aMessageThatIsNone() throws Exception {
    byte[] cutOff = {0x0a, 0x7f, 'x'};
    Status status = refusal(caller(material, CART, Instant.now()), cutOff);
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    audited(
        "certificate refused for " + CART + " to /127.0.0.1:",
        "the message is no IstioCertificateRequest");
  }

  @Test
  void aRequestThatIsNone() throws Exception {
    byte[] text = {0x0a, 1, 'x'};
    Status status = refusal(caller(material, CART, Instant.now()), text);
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    audited("certificate refused for " + CART, "no CERTIFICATE REQUEST in PEM form");
  }

  @Test
  void aMessageThatIsTooLarge() throws Exception {
    Status status = refusal(caller(material, CART, Instant.now()), new byte[17 << 20]);
    assertThat(status.isOk()).isFalse();
    audited("certificate refused to /127.0.0.1:", "too large or broken off");
  }

  @Test
  void aCallWithoutARequest() throws Exception {
    ClientCall<byte[], byte[]> call =
        channel(caller(material, CART, Instant.now())).newCall(CREATE, CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.halfClose();
    audited("certificate refused to /127.0.0.1:", "Half-closed without a request");
  }

  @Test
  void aCertificateOfAnotherTrustDomain() throws Exception {
    Status status = refusal(caller(material, FOREIGN, Instant.now()), request());
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    audited(
        "certificate refused to /127.0.0.1:",
        "the client certificate is that of " + FOREIGN,
        "not of the trust domain cluster.local, and no bearer token was sent");
  }

  @Test
  void aCertificateThatHasExpired() throws Exception {
    Caller late = caller(material, CART, Instant.now().minus(HOUR.multipliedBy(2)));
    assertThat(refusal(late, request()).isOk()).isFalse();
    audited(
        "connection refused to the client certificate of " + CART,
        "(serial " + late.chain.get(0).getSerialNumber().toString(16) + ", until ",
        "CertificateExpiredException");
  }

  @Test
  void aCertificateOfAnotherAuthority() throws Exception {
    CaMaterial other = CaMaterial.selfSigned("cluster.local", Instant.now());
    assertThat(refusal(caller(other, CART, Instant.now()), request()).isOk()).isFalse();
    audited("connection refused to the client certificate of " + CART, "PKIX");
  }

  @Test
  void whatStrangersWriteStaysOnItsLine() {
    new Audit(log::add).refused(null, "/127.0.0.1:1", "no\r\ncertificate for everybody\u2028x");
    assertThat(log)
        .containsExactly("certificate refused to /127.0.0.1:1: no  certificate for everybody x");
    new Audit(log::add).refused(CART, "/127.0.0.1:1", "x".repeat(10_000));
    assertThat(log.get(1)).hasSizeLessThan(700);
  }
}
