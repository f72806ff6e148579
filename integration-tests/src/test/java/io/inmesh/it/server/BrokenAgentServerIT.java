package io.inmesh.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.GrpcBytes;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.MeshCaller;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Wire;
import io.inmesh.it.life.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that fails where it should decide who may call: nobody reaches the app. */
@TestInstance(Lifecycle.PER_CLASS)
class BrokenAgentServerIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** How long a caller waits for the end of a connection that may be left open. */
  private static final int BRIEF_MILLIS = 2_000;

  /** The same of one that must end or be answered. */
  private static final int LONG_MILLIS = 15_000;

  private static final String OPEN = "view";
  private static final String DENIED = "items";
  private static final String DENY =
      "[{to: [{operation: {paths: ['/items', '/test.Items/items']}}]}]";

  private TestMesh mesh;
  private int servers;

  /**
   * A server and its service.
   *
   * @param mayHang whether it may leave a connection open that it does not serve
   */
  private record Served(ForkedServer app, String name, boolean mayHang) implements AutoCloseable {
    int patienceMillis() {
      return mayHang ? BRIEF_MILLIS : LONG_MILLIS;
    }

    @Override
    public void close() {
      app.close();
    }
  }

  /** Those that are soon over. */
  static Stream<Fault> some() {
    return Stream.of(
        Fault.throwing(JdkServer.class, "jdkhttpserver.RequestAdvice", "headers"),
        Fault.missing(NettyServer.class, "nettyhttp.RequestHandler"));
  }

  static Stream<Fault> others() {
    return Stream.of(
            missing(
                JdkServer.class,
                "jdkhttpserver.",
                "ConnectionAdvice",
                "Connections",
                "MeshConnection",
                "RequestAdvice",
                "ServedRequest",
                "StreamAdvice",
                "TlsChannel",
                "Turn"),
            Stream.of(
                Fault.throwing(JdkServer.class, "jdkhttpserver.ConnectionAdvice", "handle"),
                Fault.throwing(JdkServer.class, "jdkhttpserver.ConnectionAdvice", "begin"),
                Fault.throwing(JdkServer.class, "jdkhttpserver.MeshConnection", "advance"),
                Fault.throwing(JdkServer.class, "jdkhttpserver.ServedRequest", "admit")),
            missing(
                TomcatServer.class,
                "tomcat.",
                "AcceptAdvice",
                "RequestAdvice",
                "ChannelStack",
                "MeshChannel",
                "TomcatRequestHead",
                "TlsStream"),
            Stream.of(
                Fault.throwing(TomcatServer.class, "tomcat.AcceptAdvice", "accepted"),
                Fault.throwing(TomcatServer.class, "tomcat.RequestAdvice", "service"),
                Fault.throwing(TomcatServer.class, "tomcat.TlsStream", "<init>")),
            missing(NettyServer.class, "netty.", "TlsHandler"),
            missing(NettyServer.class, "nettyhttp.", "NettyRequestHead"),
            Stream.of(
                Fault.throwing(NettyServer.class, "netty.AcceptHandler", "handlerAdded"),
                Fault.throwing(NettyServer.class, "netty.AcceptHandler", "channelActive"),
                Fault.throwing(NettyServer.class, "netty.AcceptHandler", "channelRegistered"),
                Fault.throwing(NettyServer.class, "netty.AcceptHandler", "look"),
                Fault.throwing(NettyServer.class, "nettyhttp.RequestHandler", "channelRead")),
            missing(
                GrpcServer.class,
                "grpcserver.",
                "ServerAdvice",
                "TransportAdvice",
                "CallInterceptor",
                "GrpcRequestHead"),
            Stream.of(
                Fault.throwing(GrpcServer.class, "grpcserver.ServerAdvice", "building"),
                Fault.throwing(GrpcServer.class, "grpcserver.TransportAdvice", "attributes"),
                Fault.throwing(GrpcServer.class, "grpcserver.CallInterceptor", "interceptCall"),
                Fault.throwing(GrpcServer.class, "netty.AcceptHandler", "look")))
        .flatMap(faults -> faults);
  }

  /** Without these no channel can be made, that of a server's port among them. */
  static Stream<Fault> fatal() {
    return Stream.of(
        Fault.missing(NettyServer.class, "netty.AcceptAdvice"),
        Fault.missing(NettyServer.class, "nettyhttp.PipelineAdvice"),
        Fault.throwing(NettyServer.class, "nettyhttp.PipelineAdvice", "added"),
        Fault.throwing(GrpcServer.class, "netty.AcceptAdvice", "accepted"));
  }

  private static Stream<Fault> missing(Class<?> server, String folder, String... types) {
    return Stream.of(types).map(type -> Fault.missing(server, folder + type));
  }

  @BeforeAll
  void start() throws Exception {
    mesh = TestMesh.secured(TestMesh.repository());
  }

  @AfterAll
  void stop() throws Exception {
    mesh.close();
  }

  /** Some libraries leave a connection open whose thread has failed. */
  private Served serveBroken(Fault fault, Path folder) throws IOException {
    return serve(fault.jar(folder), fault.app(), fault.app() != JdkServer.class);
  }

  private Served serve(Path agent, Class<?> server, boolean mayHang) throws IOException {
    String name = "shop" + servers++;
    List<String> options = new ArrayList<>(mesh.identity(name));
    options.replaceAll(option -> option.startsWith("-javaagent:") ? "-javaagent:" + agent : option);
    mesh.folder().mutualTls(name, "STRICT");
    mesh.folder().authorization(name, name, "DENY", DENY);
    ForkedServer app =
        new ForkedServer(Jdks.running(), options, AppClassPath.ofTheTests(), server.getName(), 0);
    mesh.folder().served(name, app.port());
    await(name)
        .atMost(LONG)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(mesh.admin(app, "/certs")).contains("spiffe_id");
              // Of the listener, which comes after the cluster.
              assertThat(mesh.admin(app, "/config_dump")).contains("0.0.0.0_" + app.port());
            });
    return new Served(app, name, mayHang);
  }

  private void permissive(Served served) {
    mesh.folder().mutualTls(served.name, "PERMISSIVE");
    await(served.name)
        .atMost(LONG)
        .until(() -> mesh.admin(served.app, "/config_dump").contains("raw_buffer"));
  }

  /** Whether a caller in clear is answered as an app answers. */
  private static boolean clear(Class<?> server, Served served, String page) throws Exception {
    return server == GrpcServer.class
        ? call(served, served.app.port(), page)
        : get(served, () -> new Wire(socket(served)), page);
  }

  /** The same of one by mutual TLS. */
  private boolean mutual(Class<?> server, Served served, String page) throws Exception {
    MeshCaller caller = MeshCaller.of(mesh.ca(), "web", served.name);
    if (server != GrpcServer.class) {
      return get(served, () -> caller.over(socket(served)), page);
    }
    try (SecuringRelay relay =
        new SecuringRelay(caller.offering("istio-h2", "istio", "h2"), served.app.port())) {
      return call(served, relay.port(), page);
    }
  }

  private static Socket socket(Served served) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), served.app.port());
    socket.setSoTimeout(served.patienceMillis());
    return socket;
  }

  private interface Connect {
    Wire connect() throws IOException;
  }

  private static boolean get(Served served, Connect connection, String page) {
    try (Wire wire = connection.connect()) {
      return wire.get("/" + page).status() == 200;
    } catch (SocketTimeoutException open) {
      assertThat(served.mayHang).as("the connection is left open").isTrue();
      return false;
    } catch (IOException refused) {
      return false;
    }
  }

  private static boolean call(Served served, int port, String method) throws InterruptedException {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
            .build();
    try {
      return ClientCalls.blockingUnaryCall(
                  channel,
                  GrpcBytes.method(MethodType.UNARY, "test.Items/" + method),
                  CallOptions.DEFAULT.withDeadlineAfter(
                      served.patienceMillis(), TimeUnit.MILLISECONDS),
                  new byte[1])
              .length
          == 1;
    } catch (StatusRuntimeException refused) {
      return false;
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  @Tag("matrix")
  @ParameterizedTest
  @ValueSource(classes = {JdkServer.class, TomcatServer.class, NettyServer.class, GrpcServer.class})
  void aSoundAgentTellsCallersApart(Class<?> server) throws Exception {
    try (Served served = serve(mesh.agentJar(), server, false)) {
      assertThat(mutual(server, served, OPEN)).isTrue();
      assertThat(mutual(server, served, DENIED)).isFalse();
      assertThat(clear(server, served, OPEN)).isFalse();
      assertThat(served.app.seen()).isEqualTo(1);

      permissive(served);
      await().atMost(LONG).until(() -> clear(server, served, OPEN));
      assertThat(clear(server, served, DENIED)).isFalse();
      assertThat(served.app.seen()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("some")
  void nobodyReachesTheAppUnderABrokenOne(Fault fault, @TempDir Path folder) throws Exception {
    assertThatNobodyReachesTheApp(fault, folder);
  }

  @Tag("matrix")
  @ParameterizedTest
  @MethodSource("others")
  void norWhicheverPartOfItIsBroken(Fault fault, @TempDir Path folder) throws Exception {
    assertThatNobodyReachesTheApp(fault, folder);
  }

  private void assertThatNobodyReachesTheApp(Fault fault, Path folder) throws Exception {
    try (Served served = serveBroken(fault, folder)) {
      assertThat(clear(fault.app(), served, OPEN)).as("in clear under STRICT").isFalse();
      assertThat(mutual(fault.app(), served, DENIED)).as("denied by policy").isFalse();
      assertThat(mutual(fault.app(), served, OPEN)).as("without the fault").isFalse();

      permissive(served);
      assertThat(clear(fault.app(), served, DENIED)).as("denied, in clear").isFalse();
      assertThat(served.app.seen()).isZero();
    }
  }

  @Tag("matrix")
  @ParameterizedTest
  @MethodSource("fatal")
  void withoutChannelsThereIsNoServer(Fault fault, @TempDir Path folder) throws Exception {
    assertThatThrownBy(() -> serveBroken(fault, folder))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("does not serve", "inmesh refuses");
  }
}
