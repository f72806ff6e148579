package io.inmesh.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inmesh.agent.AgentLog;
import io.inmesh.agent.weave.ModuleCatalog;
import io.inmesh.engine.CaptureRules;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.cluster.LocalityEndpoints;
import io.inmesh.engine.cluster.TransportSecurity;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction.TcpProxy;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.net.TlsParameters;
import io.inmesh.engine.route.ClusterSpecifier;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which bare connections pass, which are counted, which are refused. */
class OutboundGuardTest {
  private static final TransportSocket MESH_TLS =
      new TransportSocket.Tls(
          true,
          "",
          TransportSocket.AutoNames.NONE,
          List.of("istio"),
          List.of(),
          "default",
          "ROOTCA",
          TlsParameters.DEFAULT);

  private final UnroutedConnections counts = new UnroutedConnections();
  private final TestMesh mesh = new TestMesh();
  private final OutboundGuard guard =
      new OutboundGuard(
          mesh,
          new ModuleCatalog(
              Set.of(), path -> new byte[0], new AgentLog(System.err, AgentLog.Level.ERROR)),
          counts);

  /** A mesh whose parts a test sets. */
  private static final class TestMesh implements GuardedMesh {
    private Optional<MeshSnapshot> snapshot = Optional.empty();
    private boolean own;
    private boolean refuses = true;

    @Override
    public Optional<MeshSnapshot> snapshot() {
      return snapshot;
    }

    @Override
    public boolean ownThread() {
      return own;
    }

    @Override
    public boolean refuses() {
      return refuses;
    }
  }

  @Test
  void toADatabaseOfTheMeshIsCountedWithItsMaker() throws Exception {
    mesh.snapshot = Optional.of(tcp("orders-db", TransportSecurity.PLAINTEXT));

    guard.connecting(address("db", 5432));
    guard.connecting(address("db", 5432));

    assertThat(counts.all())
        .containsExactly(
            new UnroutedConnections.Count(
                "db:5432", OutboundGuardTest.class.getName(), Optional.empty(), 2));
  }

  @Test
  void isCountedOnAndOnWhenItsMakerIsNoLongerLookedUp() throws Exception {
    mesh.snapshot = Optional.of(tcp("orders-db", TransportSecurity.PLAINTEXT));

    for (int i = 0; i < 100; i++) {
      guard.connecting(address("db", 5432));
    }

    assertThat(counts.all()).singleElement().extracting("connections").isEqualTo(100L);
  }

  @Test
  void toAnEndpointThatRequiresTlsIsRefusedUnderAnyName() {
    mesh.snapshot = Optional.of(tcp("orders-db", new TransportSecurity(List.of(), MESH_TLS)));

    assertThatThrownBy(() -> guard.connecting(address("db", 5432)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContainingAll(
            "inmesh refuses the connection to db:5432",
            "requires",
            "TLS",
            OutboundGuardTest.class.getName());
    assertThatThrownBy(() -> guard.connecting(new InetSocketAddress("10.0.0.9", 7000)))
        .as("its endpoint, past the service")
        .isInstanceOf(ConnectException.class);
    assertThat(counts.all()).allMatch(count -> count.refused().isPresent()).hasSize(2);
  }

  @Test
  void toAClusterWhoseHostsAreNotKnownYetIsRefusedWhereAllOfThemWillRequireTls() throws Exception {
    TransportSecurity.Match labelled =
        new TransportSecurity.Match("tls", Map.of("tlsMode", "istio"), MESH_TLS);
    TransportSecurity.Match always = new TransportSecurity.Match("all", Map.of(), MESH_TLS);
    TransportSocket clear = new TransportSocket.RawBuffer();

    for (TransportSecurity only :
        List.of(
            new TransportSecurity(List.of(), MESH_TLS),
            new TransportSecurity(List.of(labelled), MESH_TLS),
            new TransportSecurity(List.of(always), clear))) {
      mesh.snapshot = Optional.of(to(cluster("orders-db", only)));
      assertThatThrownBy(() -> guard.connecting(address("db", 5432)))
          .as(only.toString())
          .hasMessageContaining("every endpoint of orders-db requires TLS");
    }
    mesh.snapshot =
        Optional.of(to(cluster("orders-db", new TransportSecurity(List.of(labelled), clear))));
    guard.connecting(address("db", 5432));
    assertThat(counts.all()).extracting("connections").containsExactlyInAnyOrder(3L, 1L);
  }

  @Test
  void isOnlyCountedWhereTheMeshObserves() {
    mesh.snapshot = Optional.of(tcp("orders-db", new TransportSecurity(List.of(), MESH_TLS)));
    mesh.refuses = false;

    assertThatCode(() -> guard.connecting(address("db", 5432))).doesNotThrowAnyException();
    assertThat(counts.all()).hasSize(1);
  }

  @Test
  void toABlackHoleIsRefusedButNotOnTheAgentsThreadsNorByLabel() throws Exception {
    mesh.snapshot = Optional.of(tcp("BlackHoleCluster", TransportSecurity.PLAINTEXT));

    guard.connecting(address("catalog--10.0.0.1:80+10000.mesh", 5432));
    guard.connecting(address("127.0.0.1", 5432));
    guard.connecting(address("localhost", 5432));
    guard.connecting(address("excluded.example", 5432));
    guard.connecting(address("by-address.example", 5432, 192, 0, 2, 1));
    mesh.own = true;
    guard.connecting(address("db", 5432));
    assertThat(counts.all()).isEmpty();

    mesh.own = false;
    assertThatThrownBy(() -> guard.connecting(address("db", 5432)))
        .hasMessageContaining("BlackHoleCluster");
    assertThatThrownBy(() -> guard.connecting(InetSocketAddress.createUnresolved("db", 5432)))
        .hasMessageContaining("BlackHoleCluster");
  }

  @Test
  void passesBeforeTheFirstConfiguration() throws Exception {
    guard.connecting(address("db", 5432));

    assertThat(counts.all()).isEmpty();
  }

  private static InetSocketAddress address(String name, int port) throws UnknownHostException {
    return address(name, port, 127, 0, 0, 1);
  }

  private static InetSocketAddress address(String name, int port, int... ip)
      throws UnknownHostException {
    byte[] bytes = new byte[ip.length];
    for (int i = 0; i < ip.length; i++) {
      bytes[i] = (byte) ip[i];
    }
    return new InetSocketAddress(InetAddress.getByAddress(name, bytes), port);
  }

  /** Port 5432 of any address goes to one cluster, of one endpoint. */
  private static MeshSnapshot tcp(String cluster, TransportSecurity security) {
    ClusterState state = cluster(cluster, security);
    state.update(
        new ClusterLoadAssignment(
            cluster,
            List.of(
                new LocalityEndpoints(
                    Locality.UNKNOWN, 0, 1, List.of(new Endpoint("10.0.0.9", 7000))))),
        0);
    return to(state);
  }

  private static ClusterState cluster(String name, TransportSecurity security) {
    return ClusterState.create(
        Cluster.builder(name, Cluster.Type.EDS).transportSecurity(security).build(), 0);
  }

  private static MeshSnapshot to(ClusterState cluster) {
    return MeshSnapshot.builder()
        .captureRules(CaptureRules.of(List.of("excluded.example", "192.0.2.0/24")))
        .cluster(cluster)
        .listener(
            new Listener(
                "0.0.0.0_5432",
                "0.0.0.0",
                5432,
                Listener.Direction.OUTBOUND,
                List.of(
                    new FilterChain(
                        "tcp",
                        FilterChainMatch.ANY,
                        new TcpProxy(new ClusterSpecifier.Single(cluster.cluster().name())))),
                null))
        .build();
  }
}
