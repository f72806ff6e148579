package io.inmesh.control.client.identity;

import static io.inmesh.control.client.identity.FakeWorkloadApi.svid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.inmesh.control.client.ClientLog;
import io.inmesh.control.client.transport.ControlPlaneAddress;
import io.inmesh.control.client.transport.NettyTransport;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.tls.Identity;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The identity that a SPIFFE Workload API gives, over real sockets. */
class WorkloadApiClientTest {
  private static final String WEB = "spiffe://example.org/shop/web";

  private final TestCa ca = TestCa.stranger();
  private final List<Optional<Identity>> heard = new CopyOnWriteArrayList<>();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private @Nullable NettyTransport transport;

  private WorkloadApiClient client(String endpoint) {
    NettyTransport to =
        new NettyTransport(ControlPlaneAddress.parse("http://127.0.0.1:1", null, null))
            .to(ControlPlaneAddress.workloadApi(endpoint), "the Workload API");
    transport = to;
    WorkloadApiClient client =
        new WorkloadApiClient(to, InstantSource.system(), heard::add, new Log());
    client.start();
    return client;
  }

  @AfterEach
  void end() {
    NettyTransport open = transport;
    if (open != null) {
      open.close();
    }
  }

  private TestCa.Signed signed(Duration life) {
    return signed(Instant.now(), life);
  }

  private TestCa.Signed signed(Instant now, Duration life) {
    return ca.sign(now.minusSeconds(60), now.plus(life), WEB);
  }

  private byte[] good() {
    return svid(WEB, signed(Duration.ofHours(1)), ca.root());
  }

  private static Identity identity(WorkloadApiClient client) {
    await().until(() -> client.status().identity().isPresent());
    return client.status().identity().orElseThrow();
  }

  private static String problem(WorkloadApiClient client) {
    return client.status().problem().orElse("");
  }

  @Test
  void comesOverTcp() {
    try (FakeWorkloadApi api = FakeWorkloadApi.onTcp(0, good())) {
      Identity identity = identity(client("tcp://127.0.0.1:" + api.port()));
      assertThat(identity.id().toString()).isEqualTo(WEB);
      assertThat(identity.trust().roots()).containsExactly(ca.root());
      assertThat(identity.chain()).hasSize(1);
    }
  }

  @Test
  void comesOverAUnixSocketAndIsReplacedByEachMessage(@TempDir Path folder) {
    Path socket = folder.resolve("api.sock");
    TestCa.Signed first = signed(Duration.ofHours(1));
    TestCa.Signed second = signed(Duration.ofHours(1));
    X509Certificate other = TestCa.stranger().root();
    try (FakeWorkloadApi api = FakeWorkloadApi.onUnixSocket(socket, svid(WEB, first, ca.root()))) {
      WorkloadApiClient client = client("unix://" + socket);
      assertThat(identity(client).certificate()).isEqualTo(first.chain().get(0));
      api.send(svid(WEB, second, ca.root(), other));
      await().until(() -> identity(client).certificate().equals(second.chain().get(0)));
      assertThat(identity(client).credentials().key()).isEqualTo(second.key());
      assertThat(identity(client).trust().roots()).containsExactly(ca.root(), other);
      assertThat(heard).hasSize(2);
      assertThat(api.calls()).isEqualTo(1);
    }
  }

  @Test
  void isKeptWhileTheApiIsAwayAndComesBackWithIt() {
    int port;
    WorkloadApiClient client;
    try (FakeWorkloadApi api = FakeWorkloadApi.onTcp(0, good())) {
      port = api.port();
      client = client("tcp://127.0.0.1:" + port);
      identity(client);
    }
    await()
        .until(
            () -> problem(client).contains("Workload API") || problem(client).contains("connect"));
    assertThat(client.status().identity()).isPresent();
    try (FakeWorkloadApi again = FakeWorkloadApi.onTcp(port, good())) {
      await().until(() -> heard.size() == 2);
      assertThat(problem(client)).isEmpty();
      assertThat(again.calls()).isPositive();
    }
  }

  @Test
  void isGoneWhenItHasExpired() {
    List<ManualTransport.Call> calls = new ArrayList<>();
    ManualTransport manual = new ManualTransport(calls::add);
    WorkloadApiClient client = new WorkloadApiClient(manual, manual, heard::add, new Log());
    client.start();
    manual.pass(Duration.ofSeconds(1));
    ManualTransport.Call call = calls.get(0);
    call.answer(svid(WEB, signed(manual.truth(), Duration.ofHours(1)), ca.root()));
    manual.pass(Duration.ofMinutes(59));
    assertThat(client.status().identity()).isPresent();
    manual.pass(Duration.ofMinutes(2));
    assertThat(client.status().identity()).isEmpty();
    assertThat(heard).last().isEqualTo(Optional.empty());
    assertThat(log).anyMatch(line -> line.contains("has expired"));
    call.answer(svid(WEB, signed(manual.truth(), Duration.ofHours(1)), ca.root()));
    assertThat(client.status().identity()).isPresent();
  }

  @Test
  void whatCannotBeUsedLeavesTheOneBeforeAndIsAskedForAgain() {
    TestCa.Signed one = signed(Duration.ofHours(1));
    TestCa.Signed other = signed(Duration.ofHours(1));
    byte[] mixed = svid(WEB, new TestCa.Signed(other.key(), one.chain()), ca.root());
    try (FakeWorkloadApi api = FakeWorkloadApi.onTcp(0, good())) {
      WorkloadApiClient client = client("tcp://127.0.0.1:" + api.port());
      Identity before = identity(client);
      api.send(mixed);
      await().until(() -> problem(client).equals("the key is not that of the certificate"));
      await().until(() -> api.calls() > 2);
      assertThat(client.status().identity()).contains(before);
      assertThat(log).filteredOn(line -> line.contains("the key is not")).hasSize(1);
    }
  }

  @Test
  void aRefusalIsSaidInTheWordsOfTheApi() {
    try (FakeWorkloadApi api = FakeWorkloadApi.onTcp(0, good())) {
      WorkloadApiClient client = client("tcp://127.0.0.1:" + api.port());
      identity(client);
      await().until(() -> api.calls() == 1);
      api.fail(Status.PERMISSION_DENIED.withDescription("no identity issued"));
      await().until(() -> log.stream().anyMatch(l -> l.contains("no identity issued")));
      assertThat(log)
          .anyMatch(
              l ->
                  l.startsWith(
                      "no certificate for this workload: the Workload API ended the stream:"
                          + " grpc-status 7 no identity issued; the one until"));
      await().until(() -> heard.size() > 1);
    }
  }

  @Test
  void anAnswerThatIsNoneIsRefusedWithAReason() {
    Instant now = Instant.now();
    TestCa.Signed signed = signed(Duration.ofHours(1));
    assertRefused(new byte[0], "gave no identity");
    assertRefused(new byte[] {10, 100, 1}, "no message");
    assertRefused(svid("https://web", signed, ca.root()), "not a SPIFFE id");
    assertRefused(svid("spiffe://example.org/x", signed, ca.root()), "not that of");
    assertRefused(svid(WEB, signed), "trusts nobody");
    assertRefused(
        svid(WEB, ca.sign(now.plusSeconds(60), now.plusSeconds(120), WEB), ca.root()),
        "are the clocks right?");
    assertRefused(
        svid(WEB, ca.sign(now.minusSeconds(60), now.minusSeconds(1), WEB), ca.root()),
        "are the clocks right?");
  }

  private static void assertRefused(byte[] response, String why) {
    assertThatThrownBy(() -> X509Svid.first(response, Instant.now()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void endpointsAreThisMachineAlone() {
    assertThat(ControlPlaneAddress.workloadApi("unix:///run/spire/agent.sock").unixSocket())
        .isEqualTo(Path.of("/run/spire/agent.sock"));
    assertThat(ControlPlaneAddress.workloadApi("unix:/run/agent.sock").toString())
        .isEqualTo("unix:///run/agent.sock");
    assertThat(ControlPlaneAddress.workloadApi("tcp://127.0.0.1:8000").port()).isEqualTo(8000);
    for (String bad :
        List.of(
            "tcp://10.0.0.1:8000", "tcp://localhost:8000", "unix://host/sock", "unix:sock", "/s")) {
      assertThatThrownBy(() -> ControlPlaneAddress.workloadApi(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private final class Log implements ClientLog {
    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void warn(String message) {
      log.add(message);
    }
  }
}
