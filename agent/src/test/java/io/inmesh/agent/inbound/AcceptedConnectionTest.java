package io.inmesh.agent.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.agent.config.InboundSettings;
import io.inmesh.agent.config.InboundSettings.PlaintextPath;
import io.inmesh.agent.identity.DeliveredSecrets;
import io.inmesh.agent.identity.MeshSecrets;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.authz.Rbac;
import io.inmesh.engine.authz.RbacFilter;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.FilterChainMatch.SourceType;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.listener.NetworkFilter;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.InboundConnection.Verdict;
import io.inmesh.instrumentation.api.Timers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of accepted connections, by their first bytes and the listener in force. */
class AcceptedConnectionTest {
  private static final int PORT = 8080;
  private static final ByteBuffer NOTHING = bytes("");
  private static final ByteBuffer REQUEST = bytes("GET / HTTP/1.1\r\n");
  private static final LocalReply.Header DATE =
      new LocalReply.Header("date", "Thu, 01 Jan 1970 00:16:40 GMT");
  private static final LocalReply.Header SERVER = new LocalReply.Header("server", "envoy");
  private static final byte[] HALF_A_HELLO = {22, 3, 1, 0, 5, 1};

  private final Source source = new Source();
  private final AtomicInteger closed = new AtomicInteger();

  /** A mesh whose parts a test sets. */
  private static final class Source implements InboundSource, Timers {
    private Optional<MeshSnapshot> snapshot = Optional.empty();
    private final List<Runnable> timers = new ArrayList<>();
    private boolean observes;
    private boolean broken;

    @Override
    public Optional<MeshSnapshot> snapshot() {
      return snapshot;
    }

    @Override
    public CompletionStage<?> ready() {
      return CompletableFuture.completedStage(null);
    }

    @Override
    public boolean passesBeforeFirst() {
      return false;
    }

    @Override
    public boolean acts() {
      return !observes;
    }

    @Override
    public boolean observes() {
      return observes;
    }

    @Override
    public boolean ownThread() {
      return false;
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public long random() {
      if (broken) {
        throw new IllegalStateException("broken");
      }
      return 1;
    }

    @Override
    public void refused(String what) {}

    @Override
    public Cancellable after(long nanos, Runnable task) {
      timers.add(task);
      return () -> timers.remove(task);
    }
  }

  private record Head(String method, String path) implements RequestHead {
    @Override
    public String scheme() {
      return "http";
    }

    @Override
    public String host() {
      return "shop";
    }

    @Override
    public int port() {
      return PORT;
    }

    @Override
    public String authority() {
      return "shop:8080";
    }

    @Override
    public @Nullable String query() {
      return null;
    }

    @Override
    public @Nullable String header(String lowerCaseName) {
      return null;
    }
  }

  private InboundRuntime runtime(boolean loopback, int limit, PlaintextPath... paths) {
    InboundSettings settings =
        new InboundSettings(
            true, Set.of(15020), List.of(paths), loopback, Duration.ofSeconds(10), limit);
    MeshSecrets secrets = new MeshSecrets(Optional::empty, new DeliveredSecrets(), problem -> {});
    return new InboundRuntime(settings, source, secrets, source);
  }

  private @Nullable InboundConnection accepted(InboundRuntime runtime, String peer, int port) {
    try {
      return runtime.accepted(
          new InetSocketAddress(InetAddress.getByName("10.0.0.1"), port),
          new InetSocketAddress(InetAddress.getByName(peer), 40_000),
          Set.of("http/1.1"),
          closed::incrementAndGet);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private InboundConnection accepted(InboundRuntime runtime) {
    InboundConnection connection = accepted(runtime, "10.0.0.2", PORT);
    assertThat(connection).isNotNull();
    return connection;
  }

  private void inForce(FilterChain... chains) {
    source.snapshot =
        Optional.of(
            MeshSnapshot.builder()
                .listener(
                    new Listener(
                        "virtualInbound",
                        "0.0.0.0",
                        15006,
                        Listener.Direction.INBOUND,
                        List.of(chains),
                        null))
                .wallClock(InstantSource.fixed(Instant.ofEpochSecond(1_000)))
                .build());
  }

  private static FilterChain tcp(String transport, String... protocols) {
    return tcp(transport, List.of(), protocols);
  }

  private static FilterChain tcp(
      String transport, List<NetworkFilter> filters, String... protocols) {
    return chain(
        transport,
        filters,
        new FilterChainAction.TcpProxy(new ClusterSpecifier.Single("inbound|8080||")),
        protocols);
  }

  private static FilterChain http(NetworkFilter... filters) {
    return chain(
        "raw_buffer",
        List.of(filters),
        FilterChainAction.HttpConnectionManager.named("inbound|8080||"));
  }

  private static FilterChain chain(
      String transport,
      List<NetworkFilter> filters,
      FilterChainAction action,
      String... protocols) {
    return new FilterChain(
        "0.0.0.0_8080",
        new FilterChainMatch(
            PORT,
            List.of(),
            List.of(),
            transport,
            List.of(protocols),
            List.of(),
            SourceType.ANY,
            List.of(),
            Set.of()),
        filters,
        action,
        Optional.empty());
  }

  /** Lets nobody in. */
  private static List<NetworkFilter> denying() {
    return List.of(nobody());
  }

  private static NetworkFilter nobody() {
    return new NetworkFilter.Rbac("nobody", RbacFilter.of(new Rbac(Rbac.Action.ALLOW, Map.of())));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void whatIsExcludedOrOfThisMachineIsLeftAlone() {
    inForce(tcp("raw_buffer"));
    assertThat(accepted(runtime(true, 9), "10.0.0.2", 15020)).isNull();
    assertThat(accepted(runtime(false, 9), "127.0.0.1", PORT)).isNull();
    assertThat(accepted(runtime(true, 9), "127.0.0.1", PORT)).isNotNull();
  }

  @Test
  void withoutAnInboundListenerNothingIsCaptured() {
    source.snapshot = Optional.of(MeshSnapshot.builder().build());
    assertThat(accepted(runtime(true, 9), "10.0.0.2", PORT)).isNull();
  }

  @Test
  void beforeAnyConfigurationConnectionsAreClosed() {
    assertThat(accepted(runtime(true, 9)).look(REQUEST)).isInstanceOf(Verdict.Close.class);
  }

  @Test
  void aPortWithoutTlsDoesNotWaitForBytes() {
    inForce(tcp("raw_buffer"));
    assertThat(accepted(runtime(true, 9)).look(NOTHING)).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void aPortThatTellsTlsFromClearWaitsForBytes() {
    inForce(tcp("raw_buffer"), tcp("tls"));
    InboundConnection connection = accepted(runtime(true, 9));
    assertThat(connection.look(NOTHING)).isInstanceOf(Verdict.More.class);
    assertThat(connection.look(REQUEST)).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void clearTextIsClosedWhereEveryChainIsOfTls() {
    inForce(tcp("tls"));
    assertThat(accepted(runtime(true, 9)).look(REQUEST)).isInstanceOf(Verdict.Close.class);
  }

  @Test
  void tlsOfTheAppItselfPasses() throws Exception {
    inForce(tcp("raw_buffer"), tcp("tls"));
    InboundConnection connection = accepted(runtime(true, 9));
    ByteBuffer hello = hello();
    ByteBuffer half = hello.duplicate().limit(hello.limit() / 2);
    assertThat(connection.look(half)).isInstanceOf(Verdict.More.class);
    assertThat(source.timers).as("half a handshake, one clock").hasSize(1);

    assertThat(connection.look(hello)).isInstanceOf(Verdict.Pass.class);
    assertThat(source.timers).as("the handshake is the app's").isEmpty();
    assertThat(connection.opaque()).isTrue();
    assertThat(connection.admit(new Head("GET", "/items"), "test"))
        .as("what the app finds inside")
        .isInstanceOf(Admission.Untouched.class);
  }

  @Test
  void aSessionThatIsOlderThanTheHandshakeWasResumed() throws Exception {
    inForce(tcp("raw_buffer"), tcp("tls"));
    InboundRuntime runtime = runtime(true, 9);
    InboundConnection first = greeted(runtime);
    SSLSession session = SSLContext.getDefault().createSSLEngine().getSession();
    assertThat(first.secured(session)).isTrue();
    assertThat(runtime.counters())
        .contains("connections_total{kind=\"tls\"} 1\n", "sessions_resumed_total 0\n");
    while (System.currentTimeMillis() == session.getCreationTime()) {
      Thread.onSpinWait();
    }
    assertThat(greeted(runtime).secured(session)).isTrue();
    assertThat(runtime.counters())
        .contains("connections_total{kind=\"tls\"} 2\n", "sessions_resumed_total 1\n");
  }

  private InboundConnection greeted(InboundRuntime runtime) throws Exception {
    InboundConnection connection = accepted(runtime);
    ByteBuffer hello = hello();
    connection.look(hello.duplicate().limit(hello.limit() / 2));
    connection.look(hello);
    return connection;
  }

  @Test
  void tlsThatNoChainTakesIsClosed() throws Exception {
    inForce(tcp("raw_buffer"), tcp("tls", "istio"));
    assertThat(accepted(runtime(true, 9)).look(hello())).isInstanceOf(Verdict.Close.class);
  }

  private static ByteBuffer hello() throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(NOTHING.duplicate(), hello);
    return hello.flip();
  }

  @Test
  void handshakesThatTakeTooLongAreClosed() {
    inForce(tcp("raw_buffer"), tcp("tls"));
    InboundConnection connection = accepted(runtime(true, 9));
    assertThat(connection.look(NOTHING)).isInstanceOf(Verdict.More.class);
    assertThat(source.timers).as("no byte, no clock").isEmpty();
    assertThat(connection.look(ByteBuffer.wrap(HALF_A_HELLO))).isInstanceOf(Verdict.More.class);
    List.copyOf(source.timers).forEach(Runnable::run);
    assertThat(closed).hasValue(1);
  }

  @Test
  void handshakesUnderWayAreLimited() {
    inForce(tcp("raw_buffer"), tcp("tls"));
    InboundRuntime runtime = runtime(true, 1);
    InboundConnection first = accepted(runtime);
    assertThat(first.look(ByteBuffer.wrap(HALF_A_HELLO))).isInstanceOf(Verdict.More.class);
    assertThat(accepted(runtime).look(ByteBuffer.wrap(HALF_A_HELLO)))
        .isInstanceOf(Verdict.Close.class);
    first.closed();
    assertThat(accepted(runtime).look(ByteBuffer.wrap(HALF_A_HELLO)))
        .isInstanceOf(Verdict.More.class);
  }

  @Test
  void aNewPolicyClosesWhatItForbids() {
    inForce(tcp("raw_buffer"), tcp("tls"));
    InboundRuntime runtime = runtime(true, 9);
    assertThat(accepted(runtime).look(REQUEST)).isInstanceOf(Verdict.Pass.class);
    runtime.published();
    assertThat(closed).as("nothing has changed").hasValue(0);

    inForce(tcp("tls"));
    runtime.published();
    assertThat(closed).hasValue(1);
  }

  @Test
  void whomTheNetworkFiltersDenyIsClosed() {
    inForce(tcp("raw_buffer", denying()));
    InboundRuntime runtime = runtime(true, 9);
    assertThat(accepted(runtime).look(REQUEST)).isInstanceOf(Verdict.Close.class);
    assertThat(runtime.counters())
        .contains("filter=\"nobody\",rules=\"enforced\",result=\"denied\"} 1");
  }

  @Test
  void theyAreAskedAboutRequestsOfConnectionsThatWereOpenBefore() {
    inForce(tcp("raw_buffer"));
    InboundConnection connection = accepted(runtime(true, 9));
    assertThat(connection.look(REQUEST)).isInstanceOf(Verdict.Pass.class);
    assertThat(connection.admit(new Head("GET", "/items"), "test"))
        .isInstanceOf(Admission.Untouched.class);

    inForce(tcp("raw_buffer", denying()));
    assertThat(connection.admit(new Head("GET", "/items"), "test"))
        .isInstanceOfSatisfying(
            Admission.Answered.class, answer -> assertThat(answer.close()).isTrue());
  }

  @Test
  void whatIsAnsweredWithoutAConfigurationHasADate() {
    LocalReply reply = answer(accepted(runtime(true, 9)));
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.header("date")).endsWith(" GMT");
    assertThat(reply.header("server")).isNull();
  }

  @Test
  void whatIsAnsweredOnAConnectionOfBytesHasADate() {
    assertThat(refusal(tcp("raw_buffer"), tcp("raw_buffer", denying())).headers())
        .contains(DATE)
        .doesNotContain(SERVER);
    assertThat(refusal(tcp("raw_buffer"), tcp("tls")).headers())
        .contains(DATE)
        .doesNotContain(SERVER);
  }

  @Test
  void whatIsAnsweredOnOneOfHttpIsFinishedAsEveryResponseIs() {
    assertThat(refusal(http(), http(nobody())).headers()).contains(DATE, SERVER);
  }

  @Test
  void aRequestThatCannotBeDecidedAboutIsAnsweredAlike() {
    inForce(http());
    InboundConnection connection = accepted(runtime(true, 9));
    connection.look(REQUEST);
    source.broken = true;
    LocalReply reply = answer(connection);
    assertThat(reply.details()).isEqualTo("decision_failed");
    assertThat(reply.headers()).contains(DATE, SERVER);
  }

  /** Of a request on a connection that was accepted under another policy. */
  private LocalReply refusal(FilterChain before, FilterChain now) {
    inForce(before);
    InboundConnection connection = accepted(runtime(true, 9));
    assertThat(connection.look(REQUEST)).isInstanceOf(Verdict.Pass.class);
    inForce(now);
    LocalReply reply = answer(connection);
    assertThat(reply.status()).isEqualTo(403);
    return reply;
  }

  private static LocalReply answer(InboundConnection connection) {
    return ((Admission.Answered) connection.admit(new Head("GET", "/items"), "test")).reply();
  }

  @Test
  void probesReadTheirPathInClearAndNothingElse() {
    inForce(tcp("tls"));
    InboundConnection connection = accepted(runtime(true, 9, new PlaintextPath(PORT, "/healthz")));
    assertThat(connection.look(REQUEST)).isInstanceOf(Verdict.Pass.class);

    assertThat(connection.admit(new Head("GET", "/healthz"), "test"))
        .as("what the caller claims is taken off")
        .isInstanceOf(PlaintextRequest.class);
    for (Head other : List.of(new Head("GET", "/items"), new Head("POST", "/healthz"))) {
      assertThat(connection.admit(other, "test"))
          .isInstanceOfSatisfying(
              Admission.Answered.class,
              answer -> {
                assertThat(answer.reply().status()).isEqualTo(403);
                assertThat(answer.close()).isTrue();
              });
    }
  }

  @Test
  void whatIsOnlyObservedPassesAndIsCountedAsIfTheMeshActed() throws Exception {
    source.observes = true;
    inForce(tcp("tls", "istio"));
    InboundRuntime strict = runtime(true, 1);
    for (ByteBuffer first : List.of(NOTHING, REQUEST, ByteBuffer.wrap(HALF_A_HELLO), hello())) {
      InboundConnection connection = accepted(strict);
      assertThat(connection.acts()).isFalse();
      assertThat(connection.look(first)).isInstanceOf(Verdict.Pass.class);
      assertThat(connection.opaque()).isTrue();
      assertThat(connection.admit(new Head("GET", "/items"), "test"))
          .isInstanceOf(Admission.Untouched.class);
    }
    assertThat(source.timers).as("nothing is waited for").isEmpty();
    assertThat(closed).hasValue(0);
    assertThat(strict.counters())
        .as("the request in clear and the hello without Istio's ALPN")
        .contains("inmesh_inbound_connections_total{kind=\"closed\"} 2")
        .contains("inmesh_inbound_requests_total{kind=\"local_reply\"} 1");
  }

  @Test
  void whomTheNetworkFiltersWouldDenyIsCountedWhereTheMeshObserves() {
    source.observes = true;
    inForce(tcp("raw_buffer", denying()));
    InboundRuntime runtime = runtime(true, 9);
    assertThat(accepted(runtime).look(REQUEST)).isInstanceOf(Verdict.Pass.class);
    assertThat(runtime.counters())
        .contains("filter=\"nobody\",rules=\"enforced\",result=\"denied\"} 1");
  }

  @Test
  void nothingIsHeldAndNoServerIsGuardedWhereTheMeshObserves() throws Exception {
    source.observes = true;
    assertThat(accepted(runtime(true, 9), "10.0.0.2", PORT)).as("no configuration yet").isNull();
    inForce(tcp("tls"));
    InboundRuntime runtime = runtime(true, 9);
    assertThat(runtime.ready().toCompletableFuture()).isDone();
    assertThat(
            runtime.needsNoModule(
                new InetSocketAddress(InetAddress.getByName("10.0.0.1"), PORT),
                new InetSocketAddress(InetAddress.getByName("10.0.0.2"), 40_000)))
        .isTrue();
  }
}
