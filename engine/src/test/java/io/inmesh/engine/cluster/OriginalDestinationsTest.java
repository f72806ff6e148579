package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.Cluster.OriginalDst;
import io.inmesh.engine.net.TlsParameters;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where clusters go that go where the app connects to. */
class OriginalDestinationsTest {
  private static final TransportSocket TLS =
      new TransportSocket.Tls(
          true,
          "sni",
          TransportSocket.AutoNames.NONE,
          List.of(),
          List.of(),
          "default",
          "ROOTCA",
          TlsParameters.DEFAULT);

  @Test
  void anOriginalDestinationIsOneHostWithoutAddress() {
    ClusterState state =
        ClusterState.create(Cluster.builder("c", Cluster.Type.ORIGINAL_DST).build(), 0);
    Host host = state.pick(7);
    assertThat(host).isNotNull();
    assertThat(host.isOriginalDestination()).isTrue();
  }

  @Test
  void aPortOfItsOwnReplacesThatOfTheOriginalDestination() {
    ClusterState state = originalDst(new OriginalDst("", 81));
    Host host = state.pick(7, goesTo("10.0.0.1", null));
    assertThat(host).hasToString("10.0.0.1:81");
    assertThat(host).isNotNull();
    assertThat(host.isOriginalDestination()).isFalse();
    assertThat(state.pick(8, goesTo("10.0.0.1", null))).isSameAs(host);
    assertThat(state.pick(9, goesTo(null, null))).as("nobody knows its ip").isNull();
  }

  @Test
  void whatSpeaksTlsToAnOriginalDestinationHasAnAddress() {
    ClusterState state = securedOriginalDst();
    assertThat(state.pick(7, goesTo("10.0.0.1", null))).hasToString("10.0.0.1:80");
    Host host = state.pick(7, goesTo("10.0.0.1", null));
    assertThat(host).isNotNull();
    assertThat(host.isOriginalDestination()).isFalse();
    assertThat(host.transportSocket()).isEqualTo(TLS);
    assertThat(host.isWorkload()).as("nothing else says what it is").isTrue();
    assertThat(state.pick(7, goesTo(null, null))).as("its name is not resolved").isNull();
  }

  @Test
  void inClearTheAppsOwnConnectionWillDo() {
    ClusterState state = originalDst(OriginalDst.DEFAULT);
    Host host = state.pick(7, goesTo("10.0.0.1", null));
    assertThat(host).isNotNull();
    assertThat(host.isOriginalDestination()).isTrue();
    assertThat(state.lacksAddress("h")).isFalse();
    state.resolved("h", List.of("10.0.0.1"));
    assertThat(state.pick(7, goesTo(null, null))).isSameAs(host);
  }

  @Test
  void attemptsSpreadOverTheAddressesOfAName() {
    ClusterState state = securedOriginalDst();
    assertThat(state.lacksAddress("h")).isTrue();
    state.resolved("H", List.of("10.0.0.1", "10.0.0.2", "10.0.0.3"));
    assertThat(state.lacksAddress("h")).isFalse();
    assertThat(state.lacksAddress("other")).isTrue();
    Set<String> hosts = new HashSet<>();
    for (int random = -10; random < 10; random++) {
      hosts.add(String.valueOf(state.pick(random, goesTo(null, null))));
    }
    assertThat(hosts).containsExactlyInAnyOrder("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80");
  }

  @Test
  void anAddressThatWasTriedIsLeftOutWhereARetryAsksForThat() {
    ClusterState state = securedOriginalDst();
    state.resolved("h", List.of("10.0.0.1", "10.0.0.2"));
    Host tried = state.pick(0, goesTo(null, null));
    assertThat(tried).hasToString("10.0.0.1:80");
    PickContext retry = goesTo(null, null, host -> host == tried);
    for (long random = 0; random < 20; random++) {
      assertThat(state.pick(random, retry)).hasToString("10.0.0.2:80");
    }
    state.resolved("h", List.of("10.0.0.1"));
    assertThat(state.pick(0, retry)).as("there is no other").isSameAs(tried);
  }

  @Test
  void addressesOfANameAreAskedForAgainButServeWhatIsUnderWay() {
    ClusterState state = securedOriginalDst();
    state.resolved("h", List.of("10.0.0.1"));
    state.tick(29_000_000_000L, 1);
    assertThat(state.lacksAddress("h")).isFalse();
    state.tick(30_000_000_000L, 1);
    assertThat(state.lacksAddress("h")).isTrue();
    assertThat(state.pick(7, goesTo(null, null))).hasToString("10.0.0.1:80");
    state.tick(60_000_000_000L, 1);
    assertThat(state.pick(7, goesTo(null, null))).isNull();
    state.resolved("h", List.of());
    assertThat(state.lacksAddress("h")).as("it has none, and that is known").isFalse();
    assertThat(state.pick(7, goesTo(null, null))).isNull();
  }

  @Test
  void whatTheHeaderSaysAndNobodyUsesIsForgotten() {
    ClusterState state = originalDst(new OriginalDst("x-to", OriginalDst.ANY_PORT));
    Host host = state.pick(7, goesTo(null, "10.0.0.2:80"));
    assertThat(host).hasToString("10.0.0.2:80");
    state.tick(5_000_000_000L, 1);
    assertThat(state.pick(7, goesTo(null, "10.0.0.2:80"))).isSameAs(host);
    state.tick(10_000_000_000L, 1);
    state.tick(15_000_000_000L, 1);
    assertThat(state.pick(7, goesTo(null, "10.0.0.2:80"))).isNotSameAs(host);
    assertThat(state.hostAt(new Endpoint("10.0.0.2", 80))).as("any address").isNotNull();
    assertThat(state.pick(7, goesTo("10.0.0.1", "nowhere"))).isSameAs(state.hosts().get(0));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "10.0.0.5:8080, 10.0.0.5:8080",
    "10.0.0.5:65535, 10.0.0.5:65535",
    "10.0.0.5:0, 10.0.0.5:0",
    "0.0.0.0:80, 0.0.0.0:80",
    "10.20.100.5:80, 10.20.100.5:80",
    "[2001:db8::1]:80, [2001:db8::1]:80",
    "[0:0::1]:80, [0:0::1]:80",
    "2001:db8::1:80, own",
    "[10.0.0.5]:80, own",
    "[[::1]]:80, own",
    "[2001:db8::1:80, own",
    "2001:db8::1]:80, own",
    "10.0.0.5, own",
    "10.0.0.5:, own",
    "10.0.0.5:65536, own",
    "10.0.0.5:99999999999, own",
    "10.0.0.5:8x, own",
    "10.0.0.5:/, own",
    "10.0.0.5:-1, own",
    ":80, own",
    "a:80, own",
    "'', own",
    // Some read such parts as octal.
    "010.0.0.5:80, own",
    "10.00.0.5:80, own",
    "10.0.0.05:80, own",
  })
  void aHeaderMayNameAnAddressAndAPort(String text, String expected) {
    ClusterState state = originalDst(new OriginalDst("x-to", OriginalDst.ANY_PORT));
    Host host = state.pick(7, goesTo("10.0.0.1", text));
    assertThat(host).isNotNull();
    assertThat(host.isOriginalDestination() ? "own" : host.toString()).isEqualTo(expected);
  }

  @Test
  void aPortOfItsOwnReplacesThatOfTheHeaderToo() {
    ClusterState state = originalDst(new OriginalDst("x-to", 0));
    assertThat(state.pick(7, goesTo("10.0.0.1", "10.0.0.2:80"))).hasToString("10.0.0.2:0");
    assertThat(state.pick(7, goesTo("10.0.0.1", null))).hasToString("10.0.0.1:0");
  }

  private static ClusterState originalDst(OriginalDst config) {
    return ClusterState.create(
        Cluster.builder("c", Cluster.Type.ORIGINAL_DST).originalDst(config).build(), 0);
  }

  private static ClusterState securedOriginalDst() {
    return ClusterState.create(
        Cluster.builder("c", Cluster.Type.ORIGINAL_DST)
            .transportSecurity(new TransportSecurity(List.of(), TLS))
            .build(),
        0);
  }

  private static PickContext goesTo(@Nullable String ip, @Nullable String header) {
    return goesTo(ip, header, host -> false);
  }

  private static PickContext goesTo(
      @Nullable String ip, @Nullable String header, Predicate<Host> rejected) {
    return new PickContext() {
      @Override
      public boolean rejects(Host host) {
        return rejected.test(host);
      }

      @Override
      public int hostSelectionAttempts() {
        return 20;
      }

      @Override
      public @Nullable String requestHeader(String name) {
        return name.equals("x-to") ? header : null;
      }

      @Override
      public Destination destination() {
        return new Destination("h", ip == null ? List.of() : List.of(ip), 80);
      }
    };
  }
}
