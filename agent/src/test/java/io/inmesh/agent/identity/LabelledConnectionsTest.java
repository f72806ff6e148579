package io.inmesh.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.cluster.LocalityEndpoints;
import io.inmesh.engine.cluster.TransportSecurity;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.net.TlsParameters;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.instrumentation.api.PooledConnection;
import io.inmesh.tls.Identity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which connections are closed, and when. */
class LabelledConnectionsTest {
  private static final TransportSocket CLEAR = new TransportSocket.RawBuffer();
  private static final TransportSocket MUTUAL =
      new TransportSocket.Tls(
          true,
          "outbound_.80_._.shop",
          TransportSocket.AutoNames.NONE,
          List.of("istio"),
          List.of(),
          "default",
          "ROOTCA",
          TlsParameters.DEFAULT);

  private final Certificates certificates = new Certificates();
  private final List<String> problems = new ArrayList<>();
  private Optional<Identity> identity = Optional.of(certificates.identity("web"));
  private final LabelledHosts hosts =
      new LabelledHosts(new MeshSecrets(() -> identity, new DeliveredSecrets(), problems::add));
  private final LabelledConnections connections = new LabelledConnections(hosts, problems::add);

  /** A connection of a library. */
  private static final class Scripted implements PooledConnection {
    boolean inUse;
    boolean closed;
    boolean broken;

    @Override
    public boolean isClosed() {
      return closed;
    }

    @Override
    public void closeIfIdle() {
      if (broken) {
        throw new IllegalStateException("broken");
      }
      closed |= !inUse;
    }
  }

  private static ClusterState cluster(TransportSocket socket, int... ports) {
    ClusterState state =
        ClusterState.create(
            Cluster.builder("shop", Cluster.Type.EDS)
                .transportSecurity(new TransportSecurity(List.of(), socket))
                .build(),
            0);
    endpoints(state, ports);
    return state;
  }

  private static void endpoints(ClusterState state, int... ports) {
    List<Endpoint> endpoints =
        Arrays.stream(ports).mapToObj(port -> new Endpoint("10.0.0.9", port)).toList();
    state.update(
        new ClusterLoadAssignment(
            "shop", List.of(new LocalityEndpoints(Locality.UNKNOWN, 0, 1, endpoints))),
        0);
  }

  private Scripted connect(ClusterState cluster) throws IOException {
    LabelledHost to = hosts.of(cluster.hosts().get(0), "shop");
    Scripted connection = new Scripted();
    connections.opened(to, connection);
    return connection;
  }

  private void tidy(ClusterState... clusters) {
    MeshSnapshot.Builder snapshot = MeshSnapshot.builder();
    for (ClusterState cluster : clusters) {
      snapshot.cluster(cluster);
    }
    connections.tidy(snapshot.build());
  }

  @Test
  void connectionsOfAnEndpointThatStaysAreLeftOpen() throws Exception {
    ClusterState shop = cluster(CLEAR, 7000);
    Scripted connection = connect(shop);
    tidy(shop);
    endpoints(shop, 7000, 7001);
    tidy(shop);
    tidy(cluster(CLEAR, 7000));
    assertThat(connection.closed).isFalse();
    assertThat(connections.size()).isEqualTo(1);
  }

  @Test
  void thatOfAnEndpointThatIsGoneIsClosedAndForgotten() throws Exception {
    ClusterState shop = cluster(CLEAR, 7000);
    Scripted connection = connect(shop);
    endpoints(shop, 7001);
    tidy(shop);
    assertThat(connection.closed).isTrue();
    assertThat(connections.size()).isZero();
  }

  @Test
  void thatOfAClusterThatIsGoneIsClosed() throws Exception {
    Scripted connection = connect(cluster(CLEAR, 7000));
    tidy();
    assertThat(connection.closed).isTrue();
  }

  @Test
  void whileTheEndpointsOfAClusterAreNotKnownNothingIsClosed() throws Exception {
    Scripted connection = connect(cluster(CLEAR, 7000));
    tidy(ClusterState.create(Cluster.builder("shop", Cluster.Type.EDS).build(), 0));
    assertThat(connection.closed).isFalse();
  }

  @Test
  void thatInClearIsClosedWhenTheEndpointTurnsToTls() throws Exception {
    Scripted connection = connect(cluster(CLEAR, 7000));
    tidy(cluster(MUTUAL, 7000));
    assertThat(connection.closed).isTrue();
  }

  @Test
  void aNewEpochClosesThoseOfTheOldOne() throws Exception {
    ClusterState shop = cluster(MUTUAL, 7000);
    Scripted connection = connect(shop);
    identity = Optional.of(certificates.identity("web"));
    tidy(shop);
    assertThat(connection.closed).as("after a renewal").isFalse();
    identity = Optional.of(certificates.identity("other"));
    tidy(shop);
    assertThat(connection.closed).isTrue();
  }

  @Test
  void withoutACertificateThereIsNothingToGoOnWith() throws Exception {
    ClusterState shop = cluster(MUTUAL, 7000);
    Scripted connection = connect(shop);
    identity = Optional.empty();
    tidy(shop);
    assertThat(connection.closed).isTrue();
  }

  @Test
  void whatIsInUseIsClosedAfterwards() throws Exception {
    Scripted connection = connect(cluster(CLEAR, 7000));
    connection.inUse = true;
    tidy();
    assertThat(connection.closed).isFalse();
    connection.inUse = false;
    tidy();
    assertThat(connection.closed).isTrue();
  }

  @Test
  void whatTheLibraryHasClosedIsForgotten() throws Exception {
    ClusterState shop = cluster(CLEAR, 7000);
    connect(shop).closed = true;
    tidy(shop);
    assertThat(connections.size()).isZero();
  }

  @Test
  void oneThatCannotBeClosedIsReportedOnceAndKeepsNoOtherOpen() throws Exception {
    ClusterState shop = cluster(CLEAR, 7000);
    connect(shop).broken = true;
    Scripted other = connect(shop);
    tidy();
    connect(shop).broken = true;
    tidy();
    assertThat(other.closed).isTrue();
    assertThat(problems).hasSize(1).first().asString().contains("broken");
  }
}
