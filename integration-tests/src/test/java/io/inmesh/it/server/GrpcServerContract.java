package io.inmesh.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.GrpcBytes;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.MeshCaller;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.it.client.LibraryVersions;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A server of gRPC in the mesh, called in clear and over mutual TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GrpcServerContract {
  private static final String SHOP = "shop";
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int MESSAGE = 1 << 20;

  private TestMesh mesh;
  private ForkedServer app;
  private SecuringRelay relay;
  private SecuringRelay otherRelay;
  private ManagedChannel clear;
  private ManagedChannel mutual;
  private ManagedChannel other;

  /** What came of a call. */
  private record Answer(Status status, List<byte[]> messages) {
    String text() {
      return messages.stream()
          .map(message -> new String(message, StandardCharsets.UTF_8))
          .collect(Collectors.joining(","));
    }
  }

  /** The class path of the app, of gRPC's and Netty's jars those of one version. */
  abstract String classPath();

  /** The class path of the tests without gRPC and Netty, and this folder of libraries. */
  static String with(String library) {
    return LibraryVersions.with(
        Arrays.stream(ofTheTests().split(File.pathSeparator))
            .filter(
                element -> {
                  String file = Path.of(element).getFileName().toString();
                  return !file.startsWith("grpc-") && !file.startsWith("netty-");
                })
            .collect(Collectors.joining(File.pathSeparator)),
        library);
  }

  /** The class path of the tests without the agent's modules. */
  static String ofTheTests() {
    String own =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(own.split(File.pathSeparator))
        .filter(
            element -> {
              String file = Path.of(element).getFileName().toString();
              return !file.startsWith("inmesh-")
                  || file.startsWith("inmesh-instrumentation-testing");
            })
        .collect(Collectors.joining(File.pathSeparator));
  }

  @BeforeAll
  final void start() throws Exception {
    mesh = TestMesh.secured(TestMesh.repository());
    app = mesh.server(Jdks.running(), classPath(), GrpcServer.class.getName(), SHOP, 0);
    relay = new SecuringRelay(caller("web"), app.port());
    otherRelay = new SecuringRelay(caller("other"), app.port());
    clear = channel(app.port());
    mutual = channel(relay.port());
    other = channel(otherRelay.port());
  }

  private MeshCaller caller(String account) throws IOException {
    return MeshCaller.of(mesh.ca(), account, SHOP).offering("istio-h2", "istio", "h2");
  }

  private static ManagedChannel channel(int port) {
    return channel(port, InsecureChannelCredentials.create());
  }

  private static ManagedChannel channel(int port, ChannelCredentials credentials) {
    return Grpc.newChannelBuilderForAddress("127.0.0.1", port, credentials)
        .overrideAuthority("shop:8080")
        .maxInboundMessageSize(16 << 20)
        .build();
  }

  @AfterAll
  final void stop() throws Exception {
    for (ManagedChannel channel : List.of(clear, mutual, other)) {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
    relay.close();
    otherRelay.close();
    mesh.close();
  }

  @AfterEach
  final void forget() {
    mesh.folder().noAuthorization("test");
    mode("PERMISSIVE");
  }

  private void mode(String mode) {
    mesh.folder().mutualTls(SHOP, mode);
    await(mode)
        .atMost(LONG)
        .untilAsserted(
            () -> {
              // A new connection: an old one is told at its next call.
              clear.resetConnectBackoff();
              clear.enterIdle();
              assertThat(call(clear, "Echo", "a").status().isOk())
                  .isEqualTo(!mode.equals("STRICT"));
              assertThat(call(mutual, "Echo", "a").status().isOk()).isTrue();
            });
  }

  private static Answer call(ManagedChannel channel, String method, String message) {
    return call(channel, method, List.of(message.getBytes(StandardCharsets.UTF_8)));
  }

  private static Answer call(ManagedChannel channel, String method, List<byte[]> messages) {
    List<byte[]> answers = new ArrayList<>();
    CompletableFuture<Answer> end = new CompletableFuture<>();
    StreamObserver<byte[]> sender =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(
                GrpcBytes.method(MethodType.BIDI_STREAMING, "test.Items/" + method),
                CallOptions.DEFAULT.withDeadlineAfter(15, TimeUnit.SECONDS)),
            new StreamObserver<>() {
              @Override
              public void onNext(byte[] answer) {
                answers.add(answer);
              }

              @Override
              public void onError(Throwable failure) {
                end.complete(new Answer(Status.fromThrowable(failure), answers));
              }

              @Override
              public void onCompleted() {
                end.complete(new Answer(Status.OK, answers));
              }
            });
    messages.forEach(sender::onNext);
    sender.onCompleted();
    return end.join();
  }

  @Test
  void permissiveServesBothSideBySide() {
    mode("PERMISSIVE");
    for (int i = 0; i < 3; i++) {
      assertThat(call(clear, "Echo", "a").text()).isEqualTo("a");
      assertThat(call(mutual, "Echo", "b").text()).isEqualTo("b");
    }
  }

  @Test
  void strictServesMutualTlsAlone() {
    mode("STRICT");
    assertThat(call(clear, "Echo", "a").status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(call(mutual, "Echo", "b").text()).isEqualTo("b");
  }

  @Test
  void bigMessagesGoBothWays() {
    List<byte[]> messages = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      byte[] message = new byte[MESSAGE + i];
      new Random(i).nextBytes(message);
      messages.add(message);
    }
    for (ManagedChannel channel : List.of(clear, mutual)) {
      Answer answer = call(channel, "Echo", messages);
      assertThat(answer.status().getCode()).isEqualTo(Status.Code.OK);
      assertThat(answer.messages()).hasSize(20);
      for (int i = 0; i < 20; i++) {
        assertThat(Arrays.equals(answer.messages().get(i), messages.get(i))).isTrue();
      }
    }
  }

  @Test
  void theAppSeesNoTlsButWhoCalls() {
    assertThat(call(mutual, "View", "").text())
        .startsWith("tls=null level=NONE cert=")
        .contains("URI=spiffe://cluster.local/ns/test/sa/web");
    assertThat(call(clear, "View", "").text()).isEqualTo("tls=null level=NONE cert=null");
  }

  @Test
  void whatIsDeniedNeverReachesTheApp() {
    policy("DENY", "[{to: [{operation: {paths: ['/test.Items/Secret']}}]}]", mutual, "Secret");
    String before = call(mutual, "Seen", "").text();
    for (ManagedChannel channel : List.of(clear, mutual)) {
      Answer denied = call(channel, "Secret", "a");
      assertThat(denied.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(denied.status().getDescription()).isEqualTo("RBAC: access denied");
      assertThat(denied.messages()).isEmpty();
    }
    assertThat(call(mutual, "Seen", "").text()).isEqualTo(before);
    assertThat(call(mutual, "Echo", "b").text()).isEqualTo("b");
  }

  @Test
  void callersAreAllowedByTheirIdentity() {
    policy(
        "ALLOW",
        "[{from: [{source: {principals: ['cluster.local/ns/test/sa/web']}}]}]",
        other,
        "Echo");
    assertThat(call(mutual, "Echo", "b").text()).isEqualTo("b");
    assertThat(call(clear, "Echo", "a").status().getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void whoMayNotCallDoesNotLearnWhichMethodsThereAre() {
    assertThat(call(other, "Missing", "a").status())
        .extracting(Status::getCode, Status::getDescription)
        .containsExactly(Status.Code.UNIMPLEMENTED, "Method not found: test.Items/Missing");
    policy(
        "ALLOW",
        "[{from: [{source: {principals: ['cluster.local/ns/test/sa/web']}}]}]",
        other,
        "Missing");
    assertThat(call(mutual, "Missing", "a").status().getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void callersAreToldThatTheAppEnds() throws Exception {
    try (ForkedServer leaving =
            mesh.server(Jdks.running(), classPath(), GrpcServer.class.getName(), "leaving", 0);
        SecuringRelay counting = new SecuringRelay(caller("web"), leaving.port())) {
      ManagedChannel channel = channel(counting.port());
      call(channel, "Echo", "a");
      call(channel, "Echo", "a");
      assertThat(counting.accepted()).isEqualTo(1);

      leaving.terminate();
      await()
          .atMost(LONG)
          .until(() -> call(channel, "Echo", "a").status().isOk() && counting.accepted() > 1);
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  @Test
  @Tag("matrix")
  void tlsOfTheAppsOwnIsLeftAloneAndStandsInsideThatOfTheMesh() throws Exception {
    ChannelCredentials tls =
        TlsChannelCredentials.newBuilder().trustManager(new AnyServer()).build();
    try (ForkedServer own =
            mesh.server(Jdks.running(), classPath(), GrpcTlsServer.class.getName(), "own", 0);
        SecuringRelay relayed = new SecuringRelay(caller("web"), own.port())) {
      mesh.folder().served("own", own.port(), "HTTPS");
      ManagedChannel direct = channel(own.port(), tls);
      ManagedChannel inside = channel(relayed.port(), tls);
      await("https")
          .atMost(LONG)
          .until(
              () -> {
                direct.resetConnectBackoff();
                return call(direct, "View", "").text().contains("level=PRIVACY_AND_INTEGRITY");
              });

      mesh.folder().mutualTls("own", "STRICT");
      await("strict").atMost(LONG).until(() -> !call(direct, "Echo", "a").status().isOk());
      assertThat(call(inside, "View", "").text()).contains("level=PRIVACY_AND_INTEGRITY");
      assertThat(call(inside, "Echo", "b").text()).isEqualTo("b");
      for (ManagedChannel channel : List.of(direct, inside)) {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      }
    }
  }

  /** Sets the policy, and waits until it denies this call. */
  private void policy(String action, String rules, ManagedChannel channel, String method) {
    mesh.folder().authorization(SHOP, "test", action, rules);
    await(action)
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(call(channel, method, "a").status().getCode())
                    .isEqualTo(Status.Code.PERMISSION_DENIED));
  }
}
