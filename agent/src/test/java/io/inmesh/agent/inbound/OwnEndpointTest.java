package io.inmesh.agent.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.HealthStatus;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.cluster.LocalityEndpoints;
import io.inmesh.engine.listener.DownstreamTls;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.FilterChainMatch.SourceType;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.net.TlsParameters;
import io.inmesh.engine.route.ClusterSpecifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a workload hears that its peers will not speak TLS to it. */
class OwnEndpointTest {
  private static final String OWN = "10.0.0.1";
  private static final int PORT = 8080;
  private static final DownstreamTls MESH_TLS =
      new DownstreamTls(
          true, true, List.of("h2"), List.of(), "default", "ROOTCA", TlsParameters.DEFAULT);
  private static final String SHOP = "outbound|80||shop.test.svc.cluster.local";

  private final List<String> warnings = new ArrayList<>();
  private final Deque<Runnable> due = new ArrayDeque<>();
  private Optional<MeshSnapshot> inForce = Optional.empty();
  private Runnable meanwhile = () -> {};
  private final OwnEndpoint own = new OwnEndpoint(OWN, this::inForce, due::add, warnings::add);

  private Optional<MeshSnapshot> inForce() {
    meanwhile.run();
    return inForce;
  }

  private void look(MeshSnapshot snapshot) {
    inForce = Optional.of(snapshot);
    own.changed();
    lookNow();
  }

  private void lookNow() {
    due.remove().run();
  }

  @Test
  void isToldOnceWithWhatToDo() {
    look(mesh(true, SHOP, endpoint(OWN, PORT, Map.of())));
    own.changed();
    assertThat(due).as("there is nothing more to say").isEmpty();

    assertThat(warnings)
        .singleElement()
        .asString()
        .contains(OWN + ":" + PORT, SHOP, "plaintext", "security.istio.io/tlsMode: istio");
  }

  @Test
  void isToldOnceWhateverChangesMeanwhile() {
    meanwhile = own::changed;
    look(mesh(true, SHOP, endpoint(OWN, PORT, Map.of())));
    lookNow();
    assertThat(warnings).hasSize(1);
  }

  @Test
  void isNotToldWherePeersSpeakTls() {
    look(mesh(true, SHOP, endpoint(OWN, PORT, Map.of("tlsMode", "istio"))));
    assertThat(warnings).isEmpty();
  }

  @Test
  void isNotToldOfOthers() {
    look(mesh(true, SHOP, endpoint("10.0.0.2", PORT, Map.of()), endpoint(OWN, 9, Map.of())));
    look(mesh(true, "inbound|8080||", endpoint(OWN, PORT, Map.of())));
    assertThat(warnings).isEmpty();
  }

  @Test
  void isNotToldWherePolicyWantsNoTls() {
    look(mesh(false, SHOP, endpoint(OWN, PORT, Map.of())));
    assertThat(warnings).isEmpty();
  }

  @Test
  void isToldOnlyWhereItCouldTakeTls() {
    own.changed();
    lookNow();
    assertThat(warnings).isEmpty();
    look(mesh(true, SHOP, endpoint(OWN, PORT, Map.of())));
    assertThat(warnings).hasSize(1);
  }

  @Test
  void whatChangesTogetherIsLookedAtOnceAndWhatChangesLaterAgain() {
    own.changed();
    own.changed();
    assertThat(due).hasSize(1);
    lookNow();
    assertThat(due).as("nothing has changed since").isEmpty();
    own.changed();
    assertThat(due).hasSize(1);
  }

  private static Endpoint endpoint(String ip, int port, Map<String, String> labels) {
    return new Endpoint(ip, port, "", HealthStatus.HEALTHY, 1, labels, "");
  }

  private static MeshSnapshot mesh(boolean tls, String cluster, Endpoint... endpoints) {
    ClusterState state = ClusterState.create(Cluster.builder(cluster, Cluster.Type.EDS).build(), 0);
    state.update(
        new ClusterLoadAssignment(
            cluster, List.of(new LocalityEndpoints(Locality.UNKNOWN, 0, 1, List.of(endpoints)))),
        0);
    return MeshSnapshot.builder()
        .cluster(state)
        .listener(
            new Listener(
                "virtualInbound",
                "0.0.0.0",
                15006,
                Listener.Direction.INBOUND,
                List.of(chain(tls)),
                null))
        .build();
  }

  private static FilterChain chain(boolean tls) {
    return new FilterChain(
        "0.0.0.0_8080",
        new FilterChainMatch(
            PORT,
            List.of(),
            List.of(),
            tls ? "tls" : "raw_buffer",
            List.of(),
            List.of(),
            SourceType.ANY,
            List.of(),
            Set.of()),
        List.of(),
        new FilterChainAction.TcpProxy(new ClusterSpecifier.Single("inbound|8080||")),
        tls ? Optional.of(MESH_TLS) : Optional.empty());
  }
}
